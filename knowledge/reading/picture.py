"""Text in pictures: scans and photographs, recognised on this machine; nothing is downloaded."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import RefusedFileError
from knowledge.reading.layout import Page, rows
from knowledge.reading.paper import MAX_SCANNED, Line, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_PIXELS = 60_000_000
"""Of one page: A4 at 600 dpi has 35 million (our default)."""
_LONGEST = 2_400
"""Pixels of the longer side that are recognised: A4 at 200 dpi (our default)."""


def read_picture(data: bytes) -> Paper:
    """Read a picture, or the pages of a many-page TIFF."""
    from knowledge.reading.pdf import recognised  # noqa: PLC0415 the two lead to each other

    pages: list[Page | NDArray[np.uint8]] = list(decoded(data))
    return recognised(pages, ())


def decoded(data: bytes) -> list[NDArray[np.uint8]]:
    """Return the pages of a picture file: (height, width, 3) uint8 each.

    Raises:
        RefusedFileError: It is damaged, too large, or the component for pictures is missing.
    """
    try:
        from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError  # noqa: PLC0415
    except ImportError as error:
        raise RefusedFileError("component") from error
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
    pages: list[NDArray[np.uint8]] = []
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data)) as picture:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            if picture.width * picture.height > MAX_PIXELS:
                raise RefusedFileError("bomb")
            for frame in ImageSequence.Iterator(picture):
                if len(pages) == MAX_SCANNED:
                    raise RefusedFileError("pages")
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                upright.thumbnail((_LONGEST, _LONGEST))
                pages.append(np.asarray(upright))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedFileError("bomb") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise RefusedFileError("damaged") from error
    return pages


class Recogniser:
    """The recogniser, whose models lie in its own package."""

    def __init__(self) -> None:
        try:
            from rapidocr import RapidOCR  # noqa: PLC0415 it loads models
        except ImportError as error:
            raise RefusedFileError("component") from error
        quiet = {
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.max_side_len": _LONGEST,
            "EngineConfig.onnxruntime.intra_op_num_threads": 2,
        }
        self._engine: Any = RapidOCR(params=quiet)

    def read(self, picture: NDArray[np.uint8]) -> tuple[Page, float]:
        """Return the lines of a page and how sure they are, 0..1."""
        grey = picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)  # noqa: PLR2004
        found = self._engine(np.ascontiguousarray(grey[..., :3]))
        if found.boxes is None or not len(found.boxes):
            return [], 1.0
        pieces = [
            Line(
                text,
                float(box[:, 0].min()),
                float(box[:, 0].max()),
                float(box[:, 1].min()),
                float(box[:, 1].max() - box[:, 1].min()) * 0.85,
            )
            for box, text in zip(found.boxes, found.txts, strict=True)
            if text.strip()
        ]
        return rows(pieces), float(np.mean(found.scores))

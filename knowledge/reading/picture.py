"""Text in pictures: scans and photographs, recognised on this machine; nothing is downloaded."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import RefusedFileError
from knowledge.reading.paper import MAX_SCANNED, Line, Paper

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.reading.layout import Page

MAX_PIXELS = 60_000_000
"""Of one page: A4 at 600 dpi has 35 million (our default)."""
_CLEAR = 0.9
"""Mean confidence of a page below which it may lie the wrong way round (our default)."""
_ASKEW = 0.3
"""Radians; a page that lies more askew was not scanned but photographed (our default)."""
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
        self._turn = 0
        """Quarters by which the last page was turned: the others mostly lie like it."""

    def read(self, picture: NDArray[np.uint8]) -> tuple[Page, float]:
        """Return the pieces of a page, also of one scanned askew, and how sure they are, 0..1."""
        grey = picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1)  # noqa: PLR2004
        upright = np.rot90(grey[..., :3], self._turn)
        page, sure, sideways = self._read(upright)
        if sure >= _CLEAR and not sideways:
            return page, sure
        best = (0, page, -1.0 if sideways else sure)
        for turn in (1, 3) if sideways else (2,):
            page, sure, _ = self._read(np.rot90(upright, turn))
            best = max(best, (turn, page, sure), key=lambda tried: tried[2])
        self._turn += best[0]
        return best[1:]

    def _read(self, picture: NDArray[np.uint8]) -> tuple[Page, float, bool]:
        """Read a page as it lies; say also whether its lines run upwards or downwards."""
        found = self._engine(np.ascontiguousarray(picture))
        if found.boxes is None or not len(found.boxes):
            return [], 1.0, False
        boxes = np.asarray(found.boxes, dtype=np.float64)
        wide, high = np.ptp(boxes[..., 0], axis=1), np.ptp(boxes[..., 1], axis=1)
        sideways = bool(np.median(high > wide))
        pieces = [
            Line(
                text,
                float(box[:, 0].min()),
                float(box[:, 0].max()),
                float(box[:, 1].min()),
                float(np.ptp(box[:, 1])) * 0.85,
            )
            for box, text in zip(_straight(boxes), found.txts, strict=True)
            if text.strip()
        ]
        return pieces, float(np.mean(found.scores)), sideways


def _straight(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the corners of lines so that the lines lie level, as most of them wish it."""
    along = boxes[:, 1] - boxes[:, 0]
    angle = float(np.median(np.arctan2(along[:, 1], along[:, 0])))
    if abs(angle) > _ASKEW:
        return boxes
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    straight: NDArray[np.float64] = boxes @ turn
    return straight

"""Files people send: judged by their bytes, pictures stripped of everything but the picture."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cases.pictures import clean_file, sniff
from kernel.errors import InputError


def picture(kind="JPEG", size=(40, 20), **options):
    target = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind, **options)
    return target.getvalue()


def with_place():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def test_a_picture_loses_its_place_and_camera_and_stands_upright():
    content = with_place()
    assert b"CANARY-CAMERA" in content
    file = clean_file(content)
    assert b"CANARY-CAMERA" not in file.content
    kept = Image.open(io.BytesIO(file.content))
    assert dict(kept.getexif()) == {}
    assert kept.size == (20, 40)


def test_a_png_becomes_a_plain_photo():
    assert clean_file(picture("PNG")).media_type == "image/jpeg"


def test_a_very_large_picture_is_made_smaller():
    file = clean_file(picture(size=(4_000, 3_000)))
    assert Image.open(io.BytesIO(file.content)).size == (2_560, 1_920)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "cases-file-kind"),
        (b"MZ\x90\x00", "cases-file-kind"),
        (b"<svg onload=x>", "cases-file-kind"),
        (b"PK\x03\x04 evil.exe", "cases-file-kind"),
        (b"\xff\xd8\xff broken", "cases-file-broken"),
        (b"\xff\xd8\xff" + b"0" * 10_000_001, "cases-file-too-large"),
        (b"%PDF-" + b"0" * 20_000_000, "cases-file-too-large"),
    ],
    ids=["empty", "program", "svg", "zip", "broken", "large-photo", "large-document"],
)
def test_what_we_do_not_keep_is_refused_with_a_sentence(content, key):
    with pytest.raises(InputError) as refused:
        clean_file(content)
    assert refused.value.reply.key == key


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_no_bytes_ever_break_the_reader(content, start):
    with contextlib.suppress(InputError):
        clean_file(start + content)


def test_a_file_is_known_by_its_bytes():
    assert sniff(b"%PDF-1.7") == "application/pdf"
    assert sniff(picture()) == "image/jpeg"

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


STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\0\0\0\x18ftypmp42loci\0\0\0\0", b"RIFF"]


@given(st.binary(max_size=200), st.sampled_from(STARTS))
def test_no_bytes_ever_break_the_reader(content, start):
    with contextlib.suppress(InputError):
        clean_file(start + content)


def test_a_file_is_known_by_its_bytes():
    assert sniff(b"%PDF-1.7") == "application/pdf"
    assert sniff(picture()) == "image/jpeg"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"OggS\x00", "audio/ogg"),
        (b"#!AMR\n<", "audio/amr"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
    ],
)
def test_voices_and_films_of_all_phones_are_known(content, media_type):
    assert clean_file(content).media_type == media_type


def test_a_picture_that_cannot_be_drawn_anew_is_refused():
    with pytest.raises(InputError):
        clean_file(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")


def test_a_webp_becomes_a_plain_photo():
    assert clean_file(picture("WEBP")).media_type == "image/jpeg"


def test_a_film_loses_the_place_noted_in_it_and_keeps_its_length():
    noted = b"\0\0\0\x1e\xa9xyz\0\x12\x15\xc7+27.5916+107.9623/"
    boxed = b"\0\0\0\x1cloci\0\0\0\0\x15\xc7home\0\x00\x12\x34\x56\x78ABCD"
    film = b"\0\0\0\x18ftypmp42\0\0\0\0" + noted + boxed + b"mdat frames"
    kept = clean_file(film).content
    assert len(kept) == len(film)
    assert b"27.59" not in kept
    assert b"home" not in kept
    assert kept.endswith(b"mdat frames")

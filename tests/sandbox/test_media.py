"""Files go both ways and come back byte for byte."""

from __future__ import annotations

import pytest

from sandbox.methods.files import DOWNLOAD_LIMIT
from sandbox.methods.media import PHOTO_LIMIT

WANG = 1001


async def test_a_photo_arrives_and_its_bytes_can_be_fetched(kit, wang, picture, http):
    sent = await kit.bot.send_photo(chat_id=WANG, photo=kit.file(picture, "a.png"), caption="家")
    assert (sent.photo[-1].width, sent.photo[-1].height) == (240, 160)
    assert await kit.download(sent.photo[-1].file_id) == picture
    [shown] = await wang.shown()
    assert (shown["kind"], shown["text"]) == ("photo", "家")
    async with http.get(shown["photo"]["url"]) as answer:
        assert answer.content_type == "image/png"
        assert await answer.read() == picture


async def test_a_known_photo_is_sent_again_by_its_id(kit, wang, picture):
    first = await kit.bot.send_photo(chat_id=WANG, photo=kit.file(picture))
    second = await kit.bot.send_photo(chat_id=WANG, photo=first.photo[-1].file_id)
    assert second.photo[-1].file_id == first.photo[-1].file_id


async def test_what_is_no_picture_cannot_be_sent_as_one(kit, wang):
    with pytest.raises(kit.Bad, match=r"(?i)image_process_failed"):
        await kit.bot.send_photo(chat_id=WANG, photo=kit.file(b"not a picture"))


async def test_a_photo_over_10_megabytes_is_refused(kit, wang, picture):
    with pytest.raises(kit.Bad, match=r"(?i)file is too big"):
        await kit.bot.send_photo(chat_id=WANG, photo=kit.file(picture + bytes(PHOTO_LIMIT)))


async def test_a_caption_over_1024_characters_is_refused(kit, wang, picture):
    with pytest.raises(kit.Bad, match=r"(?i)message caption is too long"):
        await kit.bot.send_photo(chat_id=WANG, photo=kit.file(picture), caption="字" * 1025)


@pytest.mark.parametrize("kind", ["document", "voice", "audio", "video"])
async def test_other_files_arrive_under_their_kind(kit, wang, kind):
    send = getattr(kit.bot, f"send_{kind}")
    sent = await send(chat_id=WANG, **{kind: kit.file(b"bytes of a file", "名单.bin")})
    [shown] = await wang.shown()
    assert shown["kind"] == kind
    assert await kit.download(getattr(sent, kind).file_id) == b"bytes of a file"


async def test_an_album_holds_two_to_ten_photos(kit, wang, picture):
    sent = await kit.bot.send_media_group(chat_id=WANG, media=kit.photos(picture, picture))
    shown = await wang.shown()
    assert len(sent) == 2
    assert len({one["album"] for one in shown}) == 1
    for amount in (1, 11):
        with pytest.raises(kit.Bad, match=r"(?i)messages to send as an album"):
            await kit.bot.send_media_group(chat_id=WANG, media=kit.photos(*[picture] * amount))


async def test_an_unknown_file_is_not_given_out(kit, wang):
    with pytest.raises(kit.Bad, match=r"(?i)wrong file_id"):
        await kit.bot.get_file("AgACAgUAAxkUnknown")


async def test_a_file_over_20_megabytes_cannot_be_fetched(kit, wang):
    sent = await kit.bot.send_document(
        chat_id=WANG, document=kit.file(bytes(DOWNLOAD_LIMIT + 1), "big.bin")
    )
    with pytest.raises(kit.Bad, match=r"(?i)file is too big"):
        await kit.bot.get_file(sent.document.file_id)


async def test_a_wrong_path_or_an_empty_file_is_refused(kit, wang, http):
    async with http.get("/file/bot123456:x/photos/none.jpg") as answer:
        assert (answer.status, (await answer.json())["ok"]) == (404, False)
    with pytest.raises(kit.Bad, match=r"(?i)file must be non-empty"):
        await kit.bot.send_document(chat_id=WANG, document=kit.file(b"", "empty.txt"))

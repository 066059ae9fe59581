"""One director who fills in a form of the programme's own, turn by turn through the real product.

It measures nothing: whoever drives it counts what each turn took.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.support.inside import Inside, SetClock
from bot.console.database import prepare_demo
from cases.db.people import People
from cases.people import SYSTEM, Person, Role

if TYPE_CHECKING:
    from pathlib import Path

CHAT, VILLAGE = "777", "990101101201"
NO_MORE, HAND_IN = "不加了", "提交"


class Filled:
    """A director with one form open.

    Args:
        folder: Where the product's data lie.
        form: The form, as XForm.
        url: The database; empty: a file in the folder.
    """

    def __init__(self, folder: Path, form: bytes, url: str = "") -> None:
        forms = folder / "forms"
        forms.mkdir()
        (forms / "form.xml").write_bytes(form)
        clock = SetClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        database = {"database_url": url} if url else {}
        self.house = Inside(folder, clock, forms=forms, **database)

    async def begin(self, title: str) -> None:
        """Start the product and open the form."""
        await prepare_demo(self.house.settings)
        await self.house.start()
        day = self.house.clock.now().date()
        worker = Person(
            id="", role=Role.CHILD_DIRECTOR, area=VILLAGE, name="量一", qualified_on=day
        )
        async with self.house.store.unit() as unit:
            added = await People(unit).add(worker, SYSTEM)
            await People(unit).bind(added.id, "telegram", CHAT)
            await unit.commit()
        await self.house.says(CHAT, text="填表")
        await self._press(title)

    async def answer(self, words: str) -> bool:
        """Answer the open question; say whether there was one."""
        shown = next(self.house.newest_first(CHAT))
        labels = [label for label, _token in shown.buttons]
        if any(HAND_IN in label for label in labels):
            return False
        if any(NO_MORE in label for label in labels):
            await self._press(NO_MORE)
        else:
            await self.house.says(CHAT, text=words)
        return True

    async def end(self) -> None:
        """End the product."""
        await self.house.stop()

    async def _press(self, word: str) -> None:
        for shown in self.house.newest_first(CHAT):
            for label, token in shown.buttons:
                if word in label:
                    await self.house.says(CHAT, data=token, message=shown.number)
                    return
        raise LookupError(word)

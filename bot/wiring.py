"""The one place where parts are put together; no rule and no sentence lives here."""

from __future__ import annotations

import logging
import shutil
import sys
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clauses import SqlClauses
from bot.keys import keys_of
from bot.presenting import Seals
from bot.settings import SettingsError
from cases.db.store import Store, open_engine
from cases.policies import Policies, PolicyError, load_policies
from handlers.speech import LANGUAGES, speak
from kernel.clock import SystemClock, local_day
from kernel.phrases import say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date

    from alerts.policy import Policies as Ladders
    from bot.settings import Settings
    from handlers.room import Services
    from knowledge.answer import Answer
    from knowledge.clauses import Clause
    from knowledge.danger import Danger
    from knowledge.desk import Desk
    from knowledge.model import Model
    from knowledge.store import ClauseStore


log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
"""How often a running bot looks whether directives changed (our default)."""

SHIPPED_VECTORS = Path(sys.prefix) / "share" / "tongban" / "vectors.bin"
"""Vectors computed at installation (`tongban directives index`): the first start need not wait."""


def open_store(settings: Settings, *, pool: int = 8, walled: bool = False) -> Store:
    """Open the case database with the vault of the settings' keys.

    The bot, which people talk to, is `walled`: each turn sees only the rows of who speaks.

    Raises:
        SettingsError: There are no usable keys.
    """
    vault = keys_of(settings).vault()
    engine = open_engine(settings.url, pool=pool, wide=not walled)
    return Store(engine, vault, SystemClock())


def open_seals(store: Store) -> Seals:
    """Make the maker and reader of button data."""
    return Seals(store.vault.sign)


def open_policies(settings: Settings) -> Policies:
    """Read how often and how soon things are due, with the county's own sheets.

    Raises:
        SettingsError: A sheet is not valid, or the folder is not there.
    """
    folder = settings.policies
    if folder is not None and not folder.is_dir():
        raise SettingsError(reply=say("policies-no-folder", folder=str(folder)))
    try:
        return load_policies([folder] if folder is not None else [])
    except PolicyError as error:
        raise SettingsError(reply=say("policies-wrong", problem=str(error))) from error


def open_ladders(settings: Settings) -> Ladders:
    """Read the alert ladder.

    Raises:
        PolicyError: With file and line.
    """
    from alerts.policy import load_policies as load_ladders  # noqa: PLC0415 same word, other thing

    return load_ladders(settings.ladder, scale=settings.ladder_scale)


def second_channel(settings: Settings) -> str:
    """Return the name of the second channel, if one is set up."""
    from alerts.gateway import CHANNEL  # noqa: PLC0415 few need it

    return CHANNEL if settings.gateway_url else ""


def open_desk(settings: Settings, *, store: ClauseStore | None = None) -> Desk:
    """Open the answering desk over the data folder; the directives are those of the database."""
    from knowledge.desk import open_desk as open_answers  # noqa: PLC0415 slow to import

    folder = settings.data / "knowledge"
    folder.mkdir(parents=True, exist_ok=True)
    vectors = folder / SHIPPED_VECTORS.name
    if SHIPPED_VECTORS.exists() and not vectors.exists():
        shutil.copy(SHIPPED_VECTORS, vectors)
    say_it = partial(speak, language=settings.language)
    kept = store or SqlClauses(settings.url)
    return open_answers(folder, store=kept, render=say_it, vectors=settings.chroma_url or "chroma")


def open_model(settings: Settings) -> Model | None:
    """Make the way to the language model; None when none is set: then nothing ever calls out."""
    if not settings.model_url:
        return None
    from knowledge.model import Endpoint, Model  # noqa: PLC0415 most run without

    key, seconds = settings.model_key.get_secret_value(), settings.model_seconds
    return Model(Endpoint(settings.model_url, settings.model_name, key, total=seconds))


class LazyDesk:
    """The answering desk, opened in the background so that the bot can listen at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = SqlClauses(settings.url)
        self._desk: Desk | None = None
        self._opening = threading.Lock()
        self._closing = threading.Event()
        self._built: tuple[int, date] | None = None

    def warm(self) -> None:
        """Open the desk before anybody asks, and watch for directives that change."""
        self._open()
        threading.Thread(target=self._watch, name="watching directives", daemon=True).start()

    def _state(self) -> tuple[int, date]:
        """Say which directives answer: they change by hand, and at midnight."""
        return self._store.state().generation, local_day(SystemClock().now())

    def _watch(self) -> None:
        while not self._closing.wait(WATCH_SECONDS):
            try:
                self.refresh()
            except Exception:  # the old index goes on answering, whatever is wrong with the new
                log.exception("the index could not be built anew")

    def refresh(self) -> bool:
        """Index anew and switch over if the directives have changed; say whether they had."""
        state = self._state()
        desk = self._desk
        if desk is None or state == self._built:
            return False
        desk.rebuild()
        self._built = state
        return True

    def _open(self) -> Desk:
        with self._opening:
            if self._desk is None:
                self._built = self._state()
                self._desk = open_desk(self._settings, store=self._store)
                self._desk.ask("儿童主任做什么？")
            return self._desk

    def close(self) -> None:
        """Let go of the index, if it was opened."""
        self._closing.set()
        with self._opening:
            if self._desk is not None:
                self._desk.close()
                self._desk = None

    def ask(
        self,
        question: str,
        *,
        role: str,
        topic: str | None = None,
        known: Sequence[str] = (),
        calm: bool = False,
    ) -> Answer:
        """Answer a question; slow.

        A cry for help is heard whatever is wrong with the desk: then words decide.
        """
        from knowledge.answer import Answer  # noqa: PLC0415 only the bot process needs it
        from knowledge.danger import judge  # noqa: PLC0415 the same

        try:
            return self._open().ask(question, role=role, topic=topic, known=known, calm=calm)
        except Exception as error:
            danger = judge(question)
            if calm or danger.level != "certain":
                raise
            log.warning("a question judged by words alone: %s", type(error).__name__)
            return Answer("emergency", "", (), danger)

    def judge(self, text: str, *, role: str) -> Danger:
        """Judge danger by words and meaning together; slow.

        An answer to a form must not wait for a desk that cannot be opened: then words decide.
        """
        from knowledge.danger import judge  # noqa: PLC0415 only the bot process needs it

        try:
            return self._open().judge(text, role=role)
        except Exception as error:  # noqa: BLE001 whatever is wrong, the answer is kept
            log.warning("danger judged by words alone: %s", type(error).__name__)
            return judge(text)

    def clause(self, document: str, clause: str) -> Clause:
        """Return a clause."""
        return self._open().clause(document, clause)


def open_services(settings: Settings, fetch: Callable[[str], Awaitable[bytes]]) -> Services:
    """Make what every conversation uses."""
    from alerts.desk import Desk as Alerts  # noqa: PLC0415
    from cases.masking import Masker, Mode  # noqa: PLC0415 only the bot process needs these
    from forms.library import open_library  # noqa: PLC0415
    from forms.shelf import Shelf  # noqa: PLC0415
    from handlers.form_context import HOST_LISTS  # noqa: PLC0415
    from handlers.room import Services as Made  # noqa: PLC0415
    from knowledge.danger import judge  # noqa: PLC0415

    library = open_library(settings.forms, HOST_LISTS)
    return Made(
        form=library.get,
        questions=LazyDesk(settings),
        judge=judge,
        policies=open_policies(settings),
        questions_per_hour=settings.questions_per_hour,
        identical_seconds=settings.identical_seconds,
        alerts=Alerts(open_ladders(settings), second=second_channel(settings)),
        masker=Masker(Mode(settings.chat_mode), settings.language),
        fetch=fetch,
        language=settings.language,
        offered=library.offered,
        model=open_model(settings),
        directives=SqlClauses(settings.url),
        shelf=Shelf(settings.running_forms),
    )


def make_ready(services: Services) -> None:
    """Read every form and every sentence now: whoever came first would wait for all of them."""
    from forms import catalog  # noqa: PLC0415 needed by the bot process only

    for name in catalog.names():
        services.form(name)
    for language in LANGUAGES:
        speak(say("menu-hint"), language)

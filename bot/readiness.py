"""Says what a deployment still lacks before it can run; it starts and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.keys import keys_of
from bot.settings import SettingsError
from bot.wiring import open_ladders, open_policies
from cases.db import migrate
from kernel.phrases import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from kernel.phrases import Phrase


def check_start(settings: Settings) -> None:
    """Check what no restart can mend: token, address, keys, ladder, policies, tables.

    A database that is away is no reason to stop: it may come back, and the processes wait for it.

    Raises:
        SettingsError: A setting is missing; says which.
        SchemaError: `tongban db upgrade` was not run.
        PolicyError: The ladder or a policy sheet is wrong; with file and line.
    """
    missing = [name for name, value in _needed(settings).items() if not value]
    if missing:
        names = ", ".join(missing)
        raise SettingsError(names, reply=say("error-settings-missing", names=names))
    keys_of(settings)
    open_ladders(settings)
    open_policies(settings)
    if migrate.standing(settings.url) is migrate.Standing.OLD:
        raise migrate.SchemaError


def _needed(settings: Settings) -> dict[str, str]:
    needed = {"TONGBAN_BOT_TOKEN": settings.bot_token.get_secret_value()}
    if settings.receive == "webhook":
        needed["TONGBAN_WEBHOOK_URL"] = settings.webhook_url
        needed["TONGBAN_WEBHOOK_SECRET"] = settings.webhook_secret.get_secret_value()
    return needed


def why_not(settings: Settings) -> Phrase | None:
    """Say to an operator why the database serves no command; None when it does."""
    standing = migrate.standing(settings.url)
    if standing is migrate.Standing.OLD:
        return say(migrate.SchemaError.key)
    if standing is migrate.Standing.AWAY:
        return say("cli-database-away", where=migrate.shown(settings.url))
    return None

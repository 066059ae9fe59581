"""Where a dialogue stands: what was answered, as plain JSON; it works nothing out itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kernel.clock import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forms.live import Live

Given = tuple[str, "str | None", float]
"""One input: where, what (None: skipped), and seconds since the session began."""


@dataclass(frozen=True, slots=True)
class News:
    """What a session holds beyond what was written down of it before.

    Args:
        patch: What became another value, as a JSON merge patch (RFC 7386) to `to_json`.
        inputs: What was given since.
    """

    patch: dict[str, Any]
    inputs: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the host gives at every step.

    Args:
        now: The moment, aware; dates are taken in China's zone.
        params: Values set before the first question, by node path or by node name.
        lists: Rows of the host's own lists (`children`, `areas`), each with `name` and `label`.
        language: `zh-CN`, `en` or the form's own name of a language; empty: the form's default.
        last_saved: Values of the last submission of the form, by path.
        facts: Properties such as `username` and `deviceid`.
        seed: Beginning of the session's chance; taken from the moment when zero.
    """

    now: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    language: str = ""
    last_saved: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One run of a form. A value: answering makes another one.

    Args:
        form: Id of the form.
        version: Version it began with; an old draft finishes on the old form.
        began: When, in ISO form with offset.
        language: The form's own name of the language in use.
        seed: Beginning of its chance.
        params: Values set before the first question.
        inputs: Everything the person gave, in order: replaying it gives the same session.
        at: Path of the open question; empty when all is answered.
        kept: Values as they stood when it was written down, or what reads them; without them it
            is replayed.
        mark: Which writing-down it was; empty when it went on since.
        box: The running form, for whoever goes on first; an empty box means: make it anew.
    """

    form: str
    version: str
    began: str
    language: str = ""
    seed: int = 0
    params: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Given, ...] = ()
    at: str = ""
    kept: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = field(
        default=None, compare=False, repr=False
    )
    mark: str = field(default="", compare=False, repr=False)
    box: list[Live] = field(default_factory=list, compare=False, repr=False)

    def moment(self, seconds: float) -> datetime:
        """Return the moment so many seconds after the beginning."""
        return datetime.fromisoformat(self.began) + timedelta(seconds=seconds)

    def seconds(self, now: datetime) -> float:
        """Return seconds since the beginning, to the millisecond."""
        return round((now - datetime.fromisoformat(self.began)).total_seconds(), 3)

    def stood(self) -> Mapping[str, Any] | None:
        """Return the values as they stood when it was written down."""
        return self.kept() if callable(self.kept) else self.kept

    def news(self, mark: str) -> News | None:
        """Return what is new since it was written down under a mark.

        Nothing (None) when that cannot be told: then it is written down whole.
        """
        if not self.box or self.box[0].since is None:
            return None
        before, count = self.box[0].since
        if before != mark:
            return None
        more = [list(given) for given in self.inputs[count:]]
        return News({"at": self.at, "state": self.box[0].news()}, more)

    def written(self, mark: str) -> Session:
        """Return it as one that was written down, whole or what is new, under a mark."""
        if self.box:
            self.box[0].was_written(mark, len(self.inputs))
        return replace(self, mark=mark)

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        state = self.box[0].state() if self.box else self.stood()
        return {
            "form": self.form,
            "version": self.version,
            "began": self.began,
            "language": self.language,
            "seed": self.seed,
            "params": dict(self.params),
            "inputs": list(map(list, self.inputs)),
            "at": self.at,
            "state": state,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | str, mark: str = "") -> Session:
        """Read what `to_json` wrote (or its text), under a mark if it had one."""
        values = json.loads(kept) if isinstance(kept, str) else kept
        return cls(
            form=values["form"],
            version=values["version"],
            began=values["began"],
            language=values["language"],
            seed=values["seed"],
            params=dict(values["params"]),
            inputs=tuple((ref, value, seconds) for ref, value, seconds in values["inputs"]),
            at=values["at"],
            kept=values.get("state"),
            mark=mark,
        )


def local_iso(moment: datetime) -> str:
    """Write a moment in China's zone, to the millisecond."""
    local = moment.astimezone(CHINA) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return local.isoformat(timespec="milliseconds")

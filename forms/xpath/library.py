"""The function library of the ODK XForms specification, as a table: name, arguments, function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forms.xpath import dates, mathematics, sets, texts

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Args:
        takes: Kind of each argument: s text, n number, b truth, v any value, N nodes.
        least: Fewest arguments; `takes` names the most.
        call: The function itself.
        rest: Kinds that repeat after `takes` without end.
        worldly: It gets the evaluation (`Env`) and the context node before its arguments.
    """

    takes: str
    least: int
    call: Callable[..., Any]
    rest: str = ""
    worldly: bool = False

    def kind(self, position: int) -> str:
        """Return the kind of the argument at a position, from 0."""
        if position < len(self.takes):
            return self.takes[position]
        return self.rest[(position - len(self.takes)) % len(self.rest)]


def _pure(
    takes: str, call: Callable[..., Any], least: int | None = None, rest: str = ""
) -> Function:
    return Function(takes, len(takes) if least is None else least, call, rest)


def _worldly(takes: str, call: Callable[..., Any], least: int | None = None) -> Function:
    return Function(takes, len(takes) if least is None else least, call, worldly=True)


LIBRARY: dict[str, Function] = {
    # text
    "string": _worldly("v", texts.string, 0),
    "concat": _pure("", texts.concat, 0, "v"),
    "join": _pure("s", texts.join, 1, "v"),
    "substr": _pure("snn", texts.substr, 2),
    "substring": _pure("snn", texts.substring, 2),
    "substring-before": _pure("ss", texts.substring_before),
    "substring-after": _pure("ss", texts.substring_after),
    "translate": _pure("sss", texts.translate),
    "string-length": _worldly("s", texts.string_length, 0),
    "normalize-space": _worldly("s", texts.normalize_space, 0),
    "contains": _pure("ss", texts.contains),
    "starts-with": _pure("ss", texts.starts_with),
    "ends-with": _pure("ss", texts.ends_with),
    "upper-case": _pure("s", str.upper),
    "lower-case": _pure("s", str.lower),
    "uuid": _worldly("n", texts.uuid, 0),
    "digest": _pure("sss", texts.digest, 2),
    "base64-decode": _pure("s", texts.base64_decode),
    "regex": _pure("ss", texts.regex),
    "itext": _worldly("s", texts.itext),
    # truth
    "boolean": _pure("b", bool),
    "boolean-from-string": _pure("v", texts.boolean_from_string),
    "not": _pure("b", texts.negate),
    "true": _pure("", texts.yes),
    "false": _pure("", texts.no),
    "checklist": _pure("nn", mathematics.checklist, 2, "v"),
    "weighted-checklist": _pure("nn", mathematics.weighted_checklist, 2, "v"),
    "coalesce": _pure("ss", texts.coalesce),
    # numbers
    "number": _worldly("n", mathematics.number, 0),
    "int": _pure("n", mathematics.whole),
    "round": _pure("nn", mathematics.rounded, 1),
    "floor": _pure("n", mathematics.floor),
    "ceiling": _pure("n", mathematics.ceiling),
    "random": _worldly("", mathematics.random),
    "sum": _pure("N", mathematics.total),
    "max": _pure("v", mathematics.largest, 1, "v"),
    "min": _pure("v", mathematics.smallest, 1, "v"),
    "abs": _pure("n", abs),
    "pi": _pure("", mathematics.pi),
    "pow": _pure("nn", mathematics.power),
    "atan2": _pure("nn", mathematics.angle),
    **{name: _pure("n", call) for name, call in mathematics.CURVES.items()},
    # nodes and selections
    "count": _pure("N", sets.count),
    "count-non-empty": _pure("N", sets.count_non_empty),
    "position": _worldly("N", sets.position, 0),
    "last": _worldly("", sets.last),
    "name": _worldly("N", sets.name, 0),
    "local-name": _worldly("N", sets.name, 0),
    "instance": _worldly("s", sets.instance),
    "current": _worldly("", sets.current),
    "randomize": _worldly("Nv", sets.randomize, 1),
    "pulldata": _worldly("ssss", sets.pulldata),
    "selected": _pure("ss", sets.selected),
    "selected-at": _pure("sn", sets.selected_at),
    "count-selected": _pure("s", sets.count_selected),
    "choice-name": _worldly("ss", sets.choice_name),
    # dates
    "today": _worldly("", dates.today),
    "now": _worldly("", dates.now),
    "date": _worldly("v", dates.date_of),
    "date-time": _worldly("v", dates.moment),
    "decimal-date-time": _worldly("v", dates.decimal_moment),
    "decimal-time": _worldly("v", dates.decimal_time),
    "format-date": _worldly("vs", dates.format_date),
    "format-date-time": _worldly("vs", dates.format_moment),
    # dates as the Community Health Toolkit's forms count them
    "difference-in-days": _worldly("vv", dates.days_between),
    "difference-in-weeks": _worldly("vv", dates.weeks_between),
    "difference-in-months": _worldly("vv", dates.months_between),
    "difference-in-years": _worldly("vv", dates.years_between),
    "add-date": _worldly("vnnnnn", dates.add_to_date, 1),
    "parse-timestamp-to-date": _worldly("n", dates.date_of_stamp),
    # the form and places
    "version": _worldly("", texts.version),
    "property": _worldly("s", texts.fact),
    "distance": _pure("v", mathematics.distance, 1, "v"),
    "area": _pure("v", mathematics.area),
    "geofence": _pure("ss", mathematics.geofence),
}

SPECIAL = {"if": (2, 3), "once": (1, 1), "indexed-repeat": (3, 7)}
"""Functions the compiler itself turns into code: fewest and most arguments."""

ARITY = {**dict.fromkeys(LIBRARY), **SPECIAL}

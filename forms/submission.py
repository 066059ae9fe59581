"""What a finished form gives: its values, and what they change in the host's records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forms.xpath.dates import moment_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.instance import Node
    from forms.live import Live
    from forms.session import Given, Session

_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True, slots=True)
class EntityUpdate:
    """What a submission does to one entity.

    Args:
        list: Name of the entity list (`children`).
        id: The entity's id; for a new one, the id the form gave it.
        create: Make it if it is not there.
        update: Change it if it is there.
        values: New value of each property.
    """

    list: str
    id: str
    create: bool
    update: bool
    label: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """A finished form.

    Args:
        values: Every relevant leaf, calculated ones too, by path with positions.
        saves: Value of each `save_to` outside repeats, by property.
        definition: The form's XForm document, so that old answers stay readable.
        inputs: Everything the person gave, in order.
    """

    form: str
    version: str
    values: Mapping[str, str]
    entities: tuple[EntityUpdate, ...]
    saves: Mapping[str, str]
    definition: bytes
    inputs: tuple[Given, ...]
    began: str
    ended: str


def leaf_values(live: Live) -> dict[str, str]:
    """Return the value of every relevant leaf; attributes are left out."""
    return {
        ref: n.value for ref, n in live.outline.leaves if n.relevant and not n.name.startswith("@")
    }


def collect(live: Live, session: Session) -> Submission:
    """Gather everything a finished form gives."""
    now = live.world.now
    values = leaf_values(live)
    for ref, node in live.outline.leaves:
        if node.definition.bind.preload == ("timestamp", "end"):
            values[ref] = moment_text(now)
    saved = [n for _ref, n in live.outline.leaves if n.relevant and n.definition.bind.save_to]
    return Submission(
        form=session.form,
        version=session.version,
        values=values,
        entities=tuple(_entities(live, saved)),
        saves={n.definition.bind.save_to: n.value for n in saved if not n.definition.in_repeat},
        definition=live.form.definition,
        inputs=session.inputs,
        began=session.began,
        ended=moment_text(now),
    )


def _entities(live: Live, saved: list[Node]) -> list[EntityUpdate]:
    updates = []
    for rule in live.model.entities:
        for node in live.under(rule.node, live.root):
            facts = {name: kids[0].value for name, kids in node.kids.items() if kids}
            create = facts.get("@create", "") in _TRUE
            update = facts.get("@update", "") in _TRUE
            if not node.relevant or not (create or update):
                continue
            repeat = rule.node.in_repeat
            mine = [n for n in saved if n.definition.in_repeat is repeat]
            if repeat is not None:
                instance = node.holder(repeat)
                mine = [n for n in mine if n.holder(repeat) is instance]
            updates.append(
                EntityUpdate(
                    list=rule.dataset,
                    id=facts.get("@id", ""),
                    create=create,
                    update=update,
                    label=facts.get("label", ""),
                    values={n.definition.bind.save_to: n.value for n in mine},
                )
            )
    return updates

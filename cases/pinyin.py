"""How a name is found when it is typed in letters: full pinyin and initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


@lru_cache(maxsize=4_096)
def spellings(name: str) -> tuple[str, str]:
    """Return a name's pinyin and its initials: `chenxiaoming`, `cxm`."""
    full = lazy_pinyin(name, style=Style.NORMAL)
    return "".join(full).lower(), "".join(part[:1] for part in full).lower()


def matches(wanted: str, name: str, spelled: tuple[str, str]) -> bool:
    """Say whether what someone typed names this person: characters, pinyin or initials."""
    text = "".join(wanted.lower().split())
    return bool(text) and (text in name or spelled[0].startswith(text) or spelled[1] == text)

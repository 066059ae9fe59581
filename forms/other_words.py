"""Says in the form's own languages what pyxform adds in English for `or_other`."""

from __future__ import annotations

import re

from forms.question import is_chinese

_WORDS = {"zh": ("其他", "其他，请写明"), "en": ("Other", "Please say which")}
_ASKED = re.compile(r'(<input\s[^>]*ref="([^"]+_other)"[^>]*>)<label>Specify other\.</label>')
_TRANSLATION = re.compile(r'(<translation lang="([^"]*)"[^>]*>)(.*?)(</translation>)', re.DOTALL)
_CHOICE = re.compile(r'(<text id="[^"/:]+"><value>)Other(</value>)')
_PLAIN_CHOICE = re.compile(r"(<name>other</name><label>)Other(</label>)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def has_words(language: str) -> bool:
    """Say whether we have the words in a language."""
    return is_chinese(language) or "en" in re.split(r"[^a-z]+", language.lower())


def with_other(xform: str) -> str:
    """Return the document with the words for “other” in each of its languages."""
    asked = _ASKED.findall(xform)
    if not asked:
        return xform
    if not _TRANSLATION.search(xform):
        return _in_one_language(xform) if _CHINESE.search(xform) else xform
    paths = [path for _tag, path in asked]

    def translated(found: re.Match[str]) -> str:
        other, which = _WORDS["zh" if is_chinese(found[2]) else "en"]
        texts = _CHOICE.sub(rf"\g<1>{other}\g<2>", found[3])
        more = "".join(f'<text id="{path}:label"><value>{which}</value></text>' for path in paths)
        return found[1] + texts + more + found[4]

    xform = _TRANSLATION.sub(translated, xform)
    return _ASKED.sub(r"""\1<label ref="jr:itext('\2:label')"/>""", xform)


def _in_one_language(xform: str) -> str:
    other, which = _WORDS["zh"]
    xform = _PLAIN_CHOICE.sub(rf"\g<1>{other}\g<2>", xform)
    return _ASKED.sub(rf"\1<label>{which}</label>", xform)

"""The report in at most 1,000 characters, for a CRM's field that takes no file: what matters most stands first."""

from __future__ import annotations

from collections.abc import Mapping

from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms
from selfcare.report.page_top import Top, top
from selfcare.report.page_words import Words

MOST = 1_000
"""Characters, counted as CRMs do (UTF-16 units: one of an emoji's two counts)."""
_PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2212": "-", "\u2019": "'", "→": ">", "·": "-"})
"""Such a field may know nothing but Windows-1252, and a search in it nothing but the keys of a keyboard."""


def text_block(document: Mapping[str, object], language: str) -> str:
    """Of the finished, redacted document."""
    words = Words(language, document.get("language"))
    return block(top(document, words, Forms(words.language, document.get("made"))), words)


def block(first: Top, words: Words) -> str:
    """Each line has a bound of its own, so that a long one never pushes out what follows it."""
    parts = (
        (_head(first, words), 120),
        (words.t("text.side", title=first.title, side=first.side), 150),
        ("; ".join(words.t("also", what=one) for one in first.others), 120),
        (words.t("text.since", since=_since(first), down=_down(first)), 150),
        (words.t("text.tried", tried=_tried(first)), 190),
        (words.t("text.wish", wants=_joined(first.wants, first.wish)) if first.wants or first.wish else "", 120),
        (words.t("text.reach", reach=_reach(first)) if first.reach else "", 120),
        (words.t("text.line", line=_line(first)), 150),
        (words.t("text.says", words=_joined(first.symptom, first.words)) if first.symptom or first.words else "", 90),
        (", ".join(fact.value for fact in first.identity), 100),
        (words.t("text.key", fingerprint=first.fingerprint) if first.fingerprint else "", 60),
    )  # fmt: skip
    kept: list[str] = []
    for line, most in parts:
        line = read.clipped(line.translate(_PLAIN), most)
        room = MOST - sum(_size(one) + 1 for one in kept)
        if line and room > 20:
            kept.append(_fitting(line, room))
    return "\n".join(kept)


def _size(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(line: str, room: int) -> str:
    while _size(line) > room:
        line = read.clipped(line, len(line) - max(1, (_size(line) - room) // 2))
    return line


def _joined(*parts: str) -> str:
    return " - ".join(filter(None, parts))


def _head(first: Top, words: Words) -> str:
    """What is searched for stands first; and of when it is: it may be read days later."""
    seen = words.t("text.checked", at=first.seen) if first.seen else ""
    said = " ".join(filter(None, (f"[{first.case}]" if first.case else "", first.code, first.band)))
    return _joined(said, seen)


def _since(first: Top) -> str:
    told = f"{first.since} ({first.ago})" if first.ago else first.since
    return f"{told}, {first.since_source}" if first.since_source and first.ago else told


def _down(first: Top) -> str:
    """With "at least" where nobody looked all the time: it may be all that is read of the report."""
    return ", ".join(
        f"{fact.name} = {fact.value}" + (f" ({fact.judged})" if fact.judged else "") for fact in first.down
    )


def _few(facts: tuple[str, ...], more: int, note: str) -> str:
    return "; ".join((*facts, *((f"+{more}",) if more else ()))) or note


def _tried(first: Top) -> str:
    given = first.tried
    return _few(tuple(f"{read.clipped(one.name, 44)} = {one.value}" for one in given.facts), given.more, given.note)


def _line(first: Top) -> str:
    given = first.line
    named = (f"{one.name} {one.value}" + (f" ({one.judged})" if one.judged else "") for one in given.facts)
    return _few(tuple(named), given.more, given.note)


def _reach(first: Top) -> str:
    return ", ".join(fact.value for fact in first.reach)

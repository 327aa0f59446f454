"""A report from all that is known: pure but for the clock of nobody. What is shown before consent is what leaves."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selfcare.boxes import oui
from selfcare.ground.errors import SelfcareError
from selfcare.ground.install_key import InstallKey
from selfcare.i18n import Catalogue
from selfcare.model.report import Part, Report, ReportOptions, Section
from selfcare.redaction import forms
from selfcare.redaction.by_pattern import Form, Masker
from selfcare.redaction.ordinary import ordinary
from selfcare.redaction.tokens import Tokens, from_stored
from selfcare.report import pack, trim
from selfcare.report.document import Writer
from selfcare.report.source import ReportSource, public_of

MakePage = Callable[[Mapping[str, Any], str], bytes]
MakeText = Callable[[Mapping[str, Any], str], str]
_FORMS = {pack.LOG: Form.LOG, pack.PAGE: Form.HTML, pack.DOCUMENT: Form.JSON, pack.COLLECTED: Form.JSON}
_WORDS = re.compile(rb"[A-Za-z0-9-]+")
_PRIVATE = ("name", "phone", "mail", "contract", "line_number")


@dataclass(frozen=True, slots=True)
class Makers:
    """Page and text, from the finished document and its language. ``by_key``, ``by_pattern``: see ``Writer``."""

    page: MakePage
    text: MakeText
    by_key: bool = True
    by_pattern: bool = True


def usual_makers() -> Makers:
    """Imported when the first report is made."""
    from selfcare.report.page import page
    from selfcare.report.text import text_block

    return Makers(page, text_block)


def build(
    source: ReportSource, options: ReportOptions, key: InstallKey, words: Catalogue, makers: Makers | None = None
) -> Report:
    """``words``: domain ``support``, in the language of the report. ``tokens`` of the result goes into the vault.

    Raises:
        SelfcareError: ``report_too_large`` (with everything cut that can be).
    """
    makers = makers or usual_makers()
    tokens = _tokens(source, options)
    writer = Writer(source, options, tokens, words, by_key=makers.by_key, by_pattern=makers.by_pattern)
    confirmed = _confirmed(options)
    masker = Masker(tokens, ordinary, confirmed, literals=makers.by_pattern, patterns=makers.by_pattern)
    draft = trim.Draft(writer.document(key.fingerprint), None)
    if Section.LOG in options.sections and source.log:
        draft.log = trim.tail(source.log)
    made = _Made(draft, masker, tokens, key, makers, words.language)
    return made.report(source, options)


def _tokens(source: ReportSource, options: ReportOptions) -> Tokens:
    show = Section.PUBLIC_ADDRESS in options.sections
    tokens = from_stored(
        source.kept.key, source.kept.stored, public_of(source.profile, source.shipped), options.reveal, show_public=show
    )
    source.known.into(tokens)
    tokens.staying |= {source.id.lower(), *(one.id.lower() for one in source.parcels)}
    if Section.REACH not in options.sections:
        reach = options.wish.reach
        for text in (getattr(reach, name) for name in _PRIVATE):
            if text:
                tokens.secrets.add(text)
    return tokens


def _confirmed(options: ReportOptions) -> frozenset[str]:
    if Section.REACH not in options.sections:
        return frozenset()
    reach = options.wish.reach
    return frozenset(text for name in (*_PRIVATE, "when") if (text := getattr(reach, name)))


@dataclass(slots=True)
class _Made:
    """One draft on its way to bytes; cut and made anew until it is small enough."""

    draft: trim.Draft
    masker: Masker
    tokens: Tokens
    key: InstallKey
    makers: Makers
    language: str

    def report(self, source: ReportSource, options: ReportOptions) -> Report:
        parts, archive = self._packed()
        for name, cut in trim.STEPS:
            if len(archive) <= trim.TARGET:
                break
            if cut(self.draft):
                self.draft.document["omitted"].append(name)
                parts, archive = self._packed()
        if len(archive) > trim.CAP:
            raise SelfcareError("report_too_large", bytes=len(archive))
        document = json.loads(next(part.data for part in parts if part.name == pack.DOCUMENT))
        return Report(
            source.case.head.id, source.id, source.made, archive, hashlib.sha256(archive).hexdigest(), parts, document,
            self._text(document), options.sections, self._replaced(parts), tuple(document["omitted"]),
            self.key.fingerprint, self.tokens.stored,
        )  # fmt: skip

    def _text(self, document: Mapping[str, Any]) -> str:
        return self.masker.final(self.makers.text(document, self.language).encode()).decode()

    def _packed(self) -> tuple[tuple[Part, ...], bytes]:
        """Every file goes through the second pass as it will leave; the page is made of the finished document."""
        document = self.draft.document
        document["redaction"].update(self._counted(pack.json_bytes(document)))
        finished = self._final(pack.DOCUMENT, pack.json_bytes(document))
        document = json.loads(finished.data)
        parts = [self._final(pack.PAGE, self.makers.page(document, self.language)), finished]
        parts.append(self._final(pack.COLLECTED, pack.collected(document)))
        if document["downtime"] is not None:
            parts.append(self._final(pack.OUTAGES, pack.outages_csv(document["downtime"])))
        if self.draft.log:
            parts.append(self._final(pack.LOG, self.draft.log))
        parts.append(Part(pack.MANIFEST, pack.MIME[pack.MANIFEST], pack.manifest(document, parts, self.key)))
        return tuple(parts), pack.archive(parts)

    def _final(self, name: str, data: bytes) -> Part:
        return Part(name, pack.MIME[name], self.masker.final(data, _FORMS.get(name, Form.TEXT)))

    def _counted(self, data: bytes) -> dict[str, Any]:
        """How many of each kind, and what is still told of a hardware address."""
        said = _said(self.tokens.originals, data)
        there = {token: self.tokens.originals[token][0] for token in said}
        told = {}
        for token, kind in there.items():
            digits = forms.mac(self.tokens.originals[token][1]) if kind == "mac" else None
            if digits is not None and len(digits) == 12:
                local = forms.locally_administered(digits)
                told[token] = {"local": local, "maker": None if local else oui.maker(_colons(digits))}
        removed = data.count(forms.REMOVED.encode())
        return {"by_kind": dict(sorted(Counter(there.values()).items())) | ({"removed": removed} if removed else {}),
                "tokens": dict(sorted(told.items()))}  # fmt: skip

    def _replaced(self, parts: Sequence[Part]) -> tuple[Any, ...]:
        """What its owner is shown: only what stands in a file."""
        text = b"\n".join(part.data for part in parts if part.name != pack.MANIFEST)
        said = frozenset(_said(self.tokens.originals, text))
        found = (
            replace(one, times=text.count(one.token.encode()) if one.token in said else 0)
            for one in self.tokens.replaced()
        )
        return tuple(one for one in found if one.times or one.token in self.tokens.reveal)


def _said(tokens: Iterable[str], data: bytes) -> tuple[str, ...]:
    """Those that stand in it: of hundreds of names most do not, and each search goes through the whole text."""
    words = b" ".join(set(_WORDS.findall(data)))
    return tuple(one for one in tokens if one.encode() in (words if _WORDS.fullmatch(one.encode()) else data))


def _colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))

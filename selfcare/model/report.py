"""A report: what leaves this PC, in which parts, and how it is looked at before it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """What can be left out of a report, one by one. The verdict itself cannot: without it there is no report."""

    WORDS = "words"  # the trouble in the subscriber's own words, and what was asked of the question box
    TRIED = "tried"
    LINE = "line"  # what the box says of the line, graphs, outages
    WIFI = "wifi"
    HOME = "home"  # devices of the home, as roles and numbers
    MEASURES = "measures"  # the whole document of the check
    CONTACTS = "contacts"
    REACH = "reach"  # name, phone, mail, contract: only as typed and confirmed for this report
    PUBLIC_ADDRESS = "public_address"
    LOG = "log"  # the program's own log, at most 128 KiB, masked


USUAL = frozenset(Section) - {Section.PUBLIC_ADDRESS, Section.LOG}
"""Ticked to begin with. An e-mail in between must not learn the public address; the log is for developers."""


class Want(StrEnum):
    """What the subscriber wants."""

    REPAIR = "repair"
    CALL_BACK = "call_back"
    VISIT = "visit"
    COMPENSATION = "compensation"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Reach:
    """Who it is and how they are reached; every field may be empty. ``when``: in their own words."""

    name: str = ""
    phone: str = ""
    mail: str = ""
    contract: str = ""
    line_number: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What goes on top of a report: nobody has to say it at the phone again."""

    wants: tuple[Want, ...] = (Want.REPAIR,)
    words: str = ""
    reach: Reach = Reach()


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """``sections``: ticked. ``reveal``: tokens the subscriber chose to show in clear (by their token)."""

    sections: frozenset[Section] = USUAL
    reveal: frozenset[str] = frozenset()
    wish: Wish = Wish()
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the report, exactly as it is in it."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Replaced:
    """One identifier that was taken out (``kind``: mac, ssid, host, ipv4, …): shown to its owner only."""

    token: str
    kind: str
    original: str
    times: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report. ``archive`` is the ZIP, ``parts`` its files in order; ``sha256`` of the archive (hex).

    ``document`` is ``rapport.json`` parsed; ``text`` the block of at most 1,000 characters.
    ``replaced`` and ``tokens`` (the case's map: kind, identifier, token) never leave the PC.
    ``omitted``: what had to be left out for its size, by name.
    """

    case: str
    id: str
    made: str
    archive: bytes
    sha256: str
    parts: tuple[Part, ...]
    document: dict[str, object]
    text: str
    sections: frozenset[Section] = USUAL
    replaced: tuple[Replaced, ...] = ()
    omitted: tuple[str, ...] = ()
    fingerprint: str = ""
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.case}.zip"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed to, for the case: which text, when, which sections, which exact bytes."""

    at: str
    text_version: str
    sections: tuple[str, ...]
    sha256: str
    to: str


class Check(StrEnum):
    """What one file of a report turned out to be."""

    GOOD = "good"
    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Verified:
    """``signed``: the manifest bears the key's signature. It proves "unchanged since this install made it", no more."""

    signed: bool
    case: str = ""
    fingerprint: str = ""
    files: dict[str, Check] = field(default_factory=dict)
    error: str = ""

    @property
    def good(self) -> bool:
        """Signed, and every file as it was."""
        return self.signed and not self.error and all(one is Check.GOOD for one in self.files.values())


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code. ``modules``: true is black, rows from the top, without the quiet zone of 4. ``text``: its content."""

    version: int
    modules: tuple[tuple[bool, ...], ...]
    text: str = field(repr=False)  # of a Wi-Fi it holds the key


@dataclass(frozen=True, slots=True)
class Offline:
    """What gets out without a line. ``spoken``: 16 digits, four by four. ``pictures``: one, or several numbered ones.

    ``left_out``: names of what the picture had no room for.
    """

    spoken: str
    pictures: tuple[Picture, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """A code that somebody read out or scanned. ``lines``: sentences; ``signed``: by the key with ``fingerprint``."""

    kind: str
    lines: tuple[str, ...]
    data: Mapping[str, object] = field(default_factory=dict)
    signed: bool | None = None
    fingerprint: str = ""

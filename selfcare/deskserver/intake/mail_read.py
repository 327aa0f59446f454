"""A mail as it came, read without trust: bounded before anything looks into it, and no input raises anything but odd.

The standard library builds its tree; what makes it slow or deep (many parts, endless headers) is counted before.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr

from selfcare.cases.ids import parse as case_of
from selfcare.deskserver.api.bounds import clean, line

MOST = 16 * 1024 * 1024
HEAD_BYTES, HEAD_LINES = 128 * 1024, 400
LINES = 400_000
"""Of all of it: 16 MB of base64 have 220,000."""
PARTS = 40
HEADER = 4096
"""Characters of one header that is looked at."""
TEXT = 20_000
"""Characters of what is kept of the text, as of any note."""
FILES = 10
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CASE = re.compile(r"\bCAS[-–_ ]?[0-9A-Za-z]{4}[-–_ ]?[0-9A-Za-z]{4}\b")
_REF = re.compile(r"\bT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")
_LONG_TYPE = re.compile(rb"(?im)^content-(?:type|disposition)[ \t]*:(?:[^\r\n]|[\r\n]+[ \t]){4096}")
_MANY = re.compile(rb"(?i)boundary|message/")
_NOBODY = ("<>", "<mailer-daemon>")
"""A Return-Path that nothing comes back to; Postfix' pipe gives it the second name (``null_sender``)."""
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})?[^<>]*>")
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table"})


class OddMail(ValueError):
    """``args[0]``: ``mail_unreadable`` or ``mail_large``."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment, with the name it came with."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """``message_id``: its own, else made of its bytes. ``ticket``, ``case``, ``ref``: what it says it belongs to.

    ``ticket``: our id (a UUID) of ticket or note; ``answers``: the one it answers. ``auto``: a machine's answer.
    ``left``: attachments that were too many.
    """

    message_id: str
    sender: str
    name: str
    subject: str
    text: str
    files: tuple[Enclosed, ...] = ()
    ticket: str = ""
    own: str = ""
    answers: str = ""
    case: str = ""
    ref: str = ""
    auto: bool = False
    left: int = 0


def read(raw: bytes) -> Letter:
    """Raises :class:`OddMail`; nothing else, whatever it is given."""
    _bounded(raw)
    try:
        return _letter(BytesParser(policy=policy.compat32).parsebytes(raw), raw)
    except OddMail:
        raise
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        raise OddMail("mail_unreadable") from None  # what the standard library stumbles over


def _bounded(raw: bytes) -> None:
    if len(raw) > MOST:
        raise OddMail("mail_large")
    head = re.split(rb"\r?\n\r?\n|\r\r", raw[: HEAD_BYTES + 4], maxsplit=1)[0]
    if len(head) > HEAD_BYTES or head.count(b"\n") + head.count(b"\r") > 2 * HEAD_LINES:
        raise OddMail("mail_large")
    if raw.count(b"\n") + raw.count(b"\r") > 2 * LINES or b":" not in head:
        raise OddMail("mail_large" if b":" in head else "mail_unreadable")
    if sum(1 for _ in _MANY.finditer(raw)) > PARTS or _LONG_TYPE.search(raw):
        raise OddMail("mail_large")


def _letter(mail: Message, raw: bytes) -> Letter:
    name, sender = parseaddr(_header(mail, "From"))
    subject = line(_header(mail, "Subject"))[:200]
    own = _header(mail, "Message-ID").strip()
    text, files, left = _content(mail)
    ticket = _header(mail, "X-Selfcare-Ticket").strip().lower()
    case = case_of(_header(mail, "X-Selfcare-Case")) or _named_case(subject)
    ref = _REF.search(subject.upper())
    answers = (_header(mail, "In-Reply-To") + " " + _header(mail, "References"))[:HEADER]
    auto = _automatic(mail)
    said = (
        own,
        sender,
        subject,
        text,
        ticket,
        case or "",
        str(auto),
        *(f"{one.name}|{_digest(one.data)}" for one in files),
    )
    return Letter(
        _id(own, said, raw), _address(sender), line(name)[:100], subject, text, tuple(files),
        ticket if _UUID.fullmatch(ticket) else "", _ours(own), _ours(answers), case or "", ref.group() if ref else "",
        auto, left,
    )  # fmt: skip


def _id(own: str, said: Iterable[str], raw: bytes) -> str:
    """As it is kept: in one length, whatever they wrote. Of its Message-ID and of all that it says.

    Message-IDs are anybody's to write: by its own alone a stranger's mail would keep out the one it copied it from.
    """
    if not 2 < len(own) <= 998:
        return _digest(raw)
    return hashlib.sha256("\0".join(said).encode(errors="replace")).hexdigest()


def _digest(raw: bytes) -> str:
    return "raw:" + hashlib.sha256(raw).hexdigest()


def _ours(text: str) -> str:
    """The first UUID of an id that ends as ours do (``<uuid@selfcare.…>``)."""
    found = re.search(rf"<({_UUID.pattern})@selfcare\.", text.lower())
    return found.group(1) if found else ""


def _named_case(subject: str) -> str:
    found = _CASE.search(subject)
    return (case_of(found.group()) or "") if found else ""


def _address(text: str) -> str:
    """In small letters; "" where it is none."""
    plain = text.strip().lower()
    local, at, domain = plain.rpartition("@")
    sound = at and local and domain and len(plain) <= 254 and plain.isprintable() and not set(plain) & set(' <>"(),;:')
    return plain if sound else ""


def _automatic(mail: Message) -> bool:
    """RFC 3834 and what came before it: no person wrote this, or many get it; or it came back."""
    said = _header(mail, "Auto-Submitted").strip().lower()
    kind, path = mail.get_content_type(), _header(mail, "Return-Path").replace(" ", "").lower()
    return (
        said.partition(";")[0].strip() not in ("", "no")
        or _header(mail, "Precedence").strip().lower() in ("bulk", "junk", "list", "auto_reply")
        or any(mail.get(name) is not None for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Loop",
                                                       "X-Auto-Response-Suppress", "X-Failed-Recipients"))
        or kind in ("multipart/report", "message/delivery-status") or path in _NOBODY
        or _address(parseaddr(_header(mail, "From"))[1]).partition("@")[0] in ("mailer-daemon", "postmaster")
    )  # fmt: skip


def _header(mail: Message, name: str) -> str:
    """Decoded, on one line, bounded; what cannot be decoded stands as it is."""
    value = mail.get(name)
    if value is None:
        return ""
    plain = str(value)[:HEADER].replace("\r", " ").replace("\n", " ")
    if "=?" not in plain:
        return clean(plain)
    try:
        pieces = decode_header(plain)
        return clean("".join(one if isinstance(one, str) else _text_of(one, code or "utf-8") for one, code in pieces))
    except (MessageError, ValueError, LookupError):
        return clean(plain)


def _content(mail: Message) -> tuple[str, list[Enclosed], int]:
    """Its text (plain before HTML), its attachments, and how many of these were left."""
    plain, marked = list[str](), list[str]()
    files, left = list[Enclosed](), 0
    for at, part in enumerate(mail.walk()):
        if at > 3 * PARTS:
            raise OddMail("mail_large")
        if part.is_multipart():
            continue
        name, kind = _name(part), part.get_content_type()
        data = part.get_payload(decode=True)
        data = data if isinstance(data, bytes) else b""
        if name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            if len(files) < FILES and data:
                files.append(Enclosed(name or f"fichier-{len(files) + 1}", data))
            elif data:
                left += 1
        else:
            text = _text_of(data[: 8 * TEXT], part.get_content_charset("utf-8"))
            (marked if kind == "text/html" else plain).append(text)
    text = "\n".join(plain).strip() or "\n".join(_unmarked(one) for one in marked)
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()[:TEXT], files, left


def _name(part: Message) -> str:
    try:
        return line(str(part.get_filename("") or ""))[:200]
    except (ValueError, LookupError, TypeError):
        return "fichier"


def _text_of(data: bytes, charset: str) -> str:
    """In the charset it claims; in Latin-1, which knows every byte, where that is none."""
    try:
        return data.decode(charset if charset.isascii() and len(charset) < 40 else "utf-8", errors="replace")
    except (LookupError, ValueError):
        return data.decode("latin-1")


def _unmarked(text: str) -> str:
    """HTML as text, for reading alone: where it is shown, it is escaped like any text. Time grows with its length."""
    kept, at, hidden = list[str](), 0, ""
    for tag in _TAG.finditer(text):
        if not hidden:
            kept.append(text[at : tag.start()])
        at, name = tag.end(), (tag.group(2) or "").lower()
        if hidden:
            hidden = "" if tag.group(1) and name == hidden else hidden
        elif name in _HIDDEN and not tag.group(1):
            hidden = name
        else:
            kept.append("\n" if name in _BREAKS else " ")
    kept.append("" if hidden else text[at:])
    lines = (" ".join(one.split()) for one in html.unescape("".join(kept)).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))

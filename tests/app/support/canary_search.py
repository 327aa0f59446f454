"""Looking for the canaries in whatever left, opened as far as it goes."""

from __future__ import annotations

import base64
import binascii
import contextlib
import email
import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from email.policy import default
from urllib.parse import unquote_plus

from tests.app.support.canaries import FIELD, NAMED, PC, REACH, TYPED, USER, alike

_BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}")

SHORT = 5
"""Letters of a sign up to which it is looked for as a word of its own: "zq7" stands in some token of chance one day."""
RANDOM = (32, 64)
"""Bytes of a public key and of a signature: of some hundred letters of chance, three are "zq7" now and then."""


def opened(name: str, data: bytes, depth: int = 4) -> Iterator[tuple[str, str]]:
    """Everything readable in it: archives, mails, base 64, compressed, JSON, HTML and URLs taken apart."""
    if depth and data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from opened(f"{name}/{member}", archive.read(member), depth - 1)
        return
    if depth and b"\nMessage-ID:" in data[:4000]:
        yield from _mail(name, data, depth)
        return
    inner = dict[bytes, bytes]()
    for run in _BASE64.findall(data) if depth else ():
        bare = run.translate(None, b"\r\n=")
        with contextlib.suppress(binascii.Error):
            plain = base64.b64decode(bare + b"=" * (-len(bare) % 4))
            if plain[:2] == b"PK" or plain[:1] in (b"{", b"[", b"<") or plain[:20].isascii():
                inner[run] = plain
            elif len(plain) in RANDOM:
                data = data.replace(run, b" ")
    for at, (run, plain) in enumerate(inner.items()):
        data = data.replace(run, b" ")  # what chance writes there is not written by anybody
        yield from opened(f"{name}/base64-{at}", plain, depth - 1)
    text = data.decode("utf-8", "replace")
    yield name, text
    yield f"{name} (html)", html.unescape(text)
    yield f"{name} (url)", unquote_plus(text)
    plain_text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text.replace("\\/", "/"))
    yield f"{name} (json)", plain_text.replace('\\"', '"').replace("\\\\", "\\")


def _mail(name: str, data: bytes, depth: int) -> Iterator[tuple[str, str]]:
    mail = email.message_from_bytes(data, policy=default)
    yield f"{name} (headers)", data.partition(b"\r\n\r\n")[0].decode()
    yield f"{name} (headers)", "\n".join(str(value) for _, value in mail.items())
    for part in mail.walk():
        if not part.is_multipart():
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            yield from opened(f"{name}/{part.get_filename() or 'body'}", body, depth - 1)


def _signs() -> Iterator[tuple[str, str, bool]]:
    """Name, what to look for, and whether it is looked for among letters and digits alone."""
    for name, (_, sign) in TYPED.items():
        yield name, sign, False
        if len(alike(sign)) >= 9:
            yield name, alike(sign), True
    for name, text in {**NAMED, "pc": PC, "user": USER}.items():
        yield name, text, False
        if len(alike(text)) >= 8:
            yield name, alike(text), True


def _reached() -> Iterator[tuple[str, str, bool]]:
    for name, text in REACH.items():
        yield f"reach, {name}", text, False
        if len(alike(text)) >= 8:
            yield f"reach, {name}", alike(text), True
        if name in ("phone", "line_number"):
            yield f"reach, {name}", alike(text)[1:], True


def _stands(sign: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(sign)}(?!\w)", text)) if len(sign) <= SHORT else sign in text


def found_in(
    left: Iterable[tuple[str, bytes]], *, reach: bool = True, spared: frozenset[str] = frozenset()
) -> list[str]:
    """``canary @ place``, each once."""
    signs = [*_signs(), *(_reached() if reach else ())]
    found, seen = set[str](), set[int]()
    for name, data in left:
        for place, text in opened(name, data):
            if hash(text) in seen:
                continue
            seen.add(hash(text))
            low = unicodedata.normalize("NFC", text).casefold()
            bare = alike(text)
            found.update(f"field {one} @ {place.partition(' (')[0]}" for one in FIELD.findall(low))
            for canary, sign, alone in signs:
                if canary not in spared and _stands(
                    unicodedata.normalize("NFC", sign).casefold(), bare if alone else low
                ):
                    found.add(f"{canary} @ {place.partition(' (')[0]}")
    return sorted(found)

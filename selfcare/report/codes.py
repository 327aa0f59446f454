"""What gets out without a line, and what somebody makes of it at the other end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from selfcare.ground.errors import SelfcareError
from selfcare.ground.install_key import InstallKey, fingerprint
from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import SUPPORT
from selfcare.model.report import Decoded, Offline
from selfcare.report import base43, code_words, compact, qr, seal
from selfcare.report.spoken import plain, read, spoken

MOST_TEXT = 16 * 1024
"""Characters of pasted text: three pictures with their addresses are 4,000."""


def offline(document: Mapping[str, object], key: InstallKey, page: str = "") -> Offline:
    """Digits and pictures of a finished, redacted document; ``page``: the operator's, "" where it has none."""
    found, left_out = qr.made(document, key, page)
    return Offline(spoken(document), found, left_out)


def decode(text: str, language: str = "fr", trusted: frozenset[bytes] | None = None) -> Decoded:
    """16 digits, or what stood in one picture or in all of several, in any order.

    ``trusted``: public keys that were registered for this line; None where nobody keeps such a list. What a code says
    is shown only if its signature holds (and is one of those).

    Raises:
        SelfcareError: ``code_unreadable``, ``code_too_large``, ``code_version``, ``code_parts`` (``have``, ``of``),
            ``code_digits``, ``code_check``. Nothing else, whatever the text.
    """
    if len(text) > MOST_TEXT:
        raise SelfcareError("code_too_large")
    if plain(text):
        told = read(text)
        return Decoded("spoken", code_words.of_digits(told, Catalogue(language, SUPPORT), Catalogue(language)), told)
    opened, data = unsealed(text)
    return _decoded(opened, data, language, trusted)


def unsealed(text: str) -> tuple[seal.Opened, dict[str, object]]:
    """Of pictures alone: whose key signed, and what it says; nothing where the signature does not hold.

    Raises:
        SelfcareError: as :func:`decode`.
    """
    if len(text) > MOST_TEXT:
        raise SelfcareError("code_too_large")
    try:
        opened = seal.opened(_joined([base43.decode(_data(one)) for one in text.split()]))
        return opened, compact.loads(opened.data) if opened.signed else {}
    except (ValueError, OverflowError) as error:
        raise SelfcareError("code_version" if error.args[:1] == ("version",) else "code_unreadable") from None


def _decoded(
    opened: seal.Opened, data: dict[str, object], language: str, trusted: frozenset[bytes] | None
) -> Decoded:  # fmt: skip
    words, whose = Catalogue(language, SUPPORT), fingerprint(opened.key)
    if not opened.signed:
        return Decoded("report", (words.text("codes.changed"),), {"error": "code_changed"}, False)
    if trusted is not None and opened.key not in trusted:
        line = words.text("codes.other_key", fingerprint=whose)
        return Decoded("report", (line,), {"error": "code_other_key"}, False, whose)
    known = words.text("codes.signed" if trusted is None else "codes.signed_known", fingerprint=whose)
    lines = code_words.of_report(data, words, Catalogue(language))
    return Decoded("report", (*lines, known), data, True, whose)


def _data(one: str) -> str:
    """Behind ``#`` of an address, or behind the prefix."""
    address, mark, fragment = one.partition("#")
    if mark and address.startswith(("https://", "http://")):
        return fragment
    if not one.startswith(qr.PREFIX):
        raise ValueError("neither of ours")
    return one.removeprefix(qr.PREFIX)


def _joined(codes: list[bytes]) -> bytes:
    """The whole: one alone, or the parts of one, each once at least."""
    distinct = list(dict.fromkeys(codes))
    if len(distinct) == 1 and distinct[0][:1] != bytes([qr.PART]):
        return distinct[0]
    if not distinct or any(len(one) <= qr.PART_HEAD or one[0] != qr.PART for one in distinct):
        raise ValueError("nothing, or different things")
    heads = {(one[1] & 15, one[2 : qr.PART_HEAD]) for one in distinct}
    pieces = {one[1] >> 4: one[qr.PART_HEAD :] for one in distinct}
    if len(heads) > 1 or len(pieces) < len(distinct):
        raise ValueError("of different reports")
    count, mark = next(iter(heads))
    if not 1 < count <= qr.MOST_PICTURES or max(pieces) >= count:
        raise ValueError("no such part")
    if len(pieces) < count:
        raise SelfcareError("code_parts", have=len(pieces), of=count)
    whole = b"".join(pieces[at] for at in range(count))
    if hashlib.sha256(whole).digest()[:4] != mark:
        raise ValueError("of different reports")
    return whole

"""The ``[support]`` table of a profile: how an operator is reached, and its ticket desk where it has one.

As strict as the rest of a profile. https, or http towards an address of this machine or of a private or documentation
network (a laboratory). Nothing here may be a secret: a key that looks like one is refused, as is an address with a
password in it. What nobody could check says ``verified = false``, and then bears no opening hours to reckon with.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from selfcare.model.case import Channel
from selfcare.model.report import Reach
from selfcare.model.support import Auth, DeskEndpoint, DeskKind, Oidc, Opening, Support, SupportChannel

MOST_CHANNELS = 32
MOST_TEXT = 300
_SECRET = re.compile("pass|secret|token|key|credential|bearer|private", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9][0-9 ]{2,19}")
_HOUR = re.compile("([01][0-9]|2[0-4]):([0-5][0-9])")


def support(data: Any) -> Support:
    """From the table.

    Raises:
        ValueError: a word nobody knows, a value out of its domain, something that looks like a secret.
    """
    _known("support", data, {"names", "families", "channels", "desk", "oidc", "page", "first_answer_days"})
    days = data.get("first_answer_days")
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or not 0 < days <= 365):
        raise ValueError(f"support: first_answer_days {days!r}")
    found = Support(
        names=_texts(data.get("names", [])),
        families=_texts(data.get("families", [])),
        channels=tuple(_channel(one) for one in _tables(data.get("channels", []))),
        desk=None if "desk" not in data else _desk(data["desk"]),
        oidc=None if "oidc" not in data else _oidc(data["oidc"]),
        page=_page(data.get("page", "")),
        first_answer_days=days,
    )
    if found.desk is not None and found.desk.auth is Auth.OIDC and found.oidc is None:
        raise ValueError("support: sign-in by OIDC without [support.oidc]")
    return found


def merged(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """The child's word where it says something; of channels, the parent's of those kinds that the child has none of.

    So an operator's own number takes the place of "see your bill", and a desk added to an operator keeps its numbers.
    """
    found = {**parent, **child}
    own = {one.get("kind") for one in child.get("channels", []) if isinstance(one, dict)}
    left = [one for one in parent.get("channels", []) if one.get("kind") not in own]
    return {**found, "channels": [*child.get("channels", []), *left]}


def _channel(data: dict[str, Any]) -> SupportChannel:
    known = {"kind", "to", "name", "brand", "cost", "hours", "opening", "source", "of", "checked", "verified"}
    _known("channel", data, known)
    kind, to, name = Channel(data["kind"]), _text(data.get("to", "")), _words(data.get("name", {}))
    where = f"channel {kind.value} {to}"
    if not to and not name:
        raise ValueError(f"{where}: neither a place nor a name")
    if kind is Channel.PHONE and to and not _PHONE.fullmatch(to):
        raise ValueError(f"{where}: not a number")
    checked, opening = _checked(where, data), data.get("opening")
    if checked is None and opening is not None:
        raise ValueError(f"{where}: opening hours that nobody checked")
    return SupportChannel(
        kind=kind, to=to, name=name, brand=_text(data.get("brand", "")), cost=_words(data.get("cost", {})),
        hours=_words(data.get("hours", {})),
        opening=None if opening is None else tuple(map(_opening, _tables(opening))),
        source=_text(data.get("source", "")), of=_text(data.get("of", "")), checked=checked,
    )  # fmt: skip


def _checked(where: str, data: dict[str, Any]) -> date | None:
    """As for facts: a source and the day it was read, or ``verified = false``; never both, never neither."""
    checked, unverified = data.get("checked"), data.get("verified") is False
    if unverified == isinstance(checked, date) or (not unverified and not data.get("source")):
        raise ValueError(f"{where}: a source and the day it was checked, or verified = false")
    return checked


def _opening(data: dict[str, Any]) -> Opening:
    _known("opening", data, {"days", "opens", "closes"})
    days = data["days"]
    if not isinstance(days, list) or not days or not all(type(day) is int and 1 <= day <= 7 for day in days):
        raise ValueError(f"opening: days {days!r}")
    opens, closes = _minute(data["opens"]), _minute(data["closes"])
    if not opens < closes <= 24 * 60:
        raise ValueError("opening: closes before it opens")
    return Opening(tuple(sorted(set(days))), opens, closes)


def _minute(text: Any) -> int:
    found = _HOUR.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"opening: {text!r} is no hour (08:00)")
    return int(found[1]) * 60 + int(found[2])


def _desk(data: Any) -> DeskEndpoint:
    _known("desk", data, {one.name for one in fields(DeskEndpoint)})
    kind, auth = DeskKind(data["kind"]), Auth(data.get("auth", "none"))
    url, to, needs = data.get("url", ""), _text(data.get("to", "")), _texts(data.get("needs", []))
    unknown = set(needs) - {one.name for one in fields(Reach)}
    if unknown:
        raise ValueError(f"desk: needs {', '.join(sorted(unknown))}")
    if kind is DeskKind.MAIL and not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", to):
        raise ValueError(f"desk: {to!r} is no address of mail")
    if kind not in (DeskKind.MAIL, DeskKind.FILE) and not url:
        raise ValueError(f"desk {kind.value}: no url")
    return DeskEndpoint(
        kind=kind, url=_address(url), to=to, auth=auth, queue=_text(data.get("queue", "")), needs=needs,
        outages=_address(data.get("outages", "")), register=_address(data.get("register", "")),
        extra=_extra(data.get("extra", {})),
    )  # fmt: skip


def _extra(data: Any) -> Mapping[str, str]:
    if not isinstance(data, dict) or len(data) > 40:
        raise ValueError("desk: extra")
    secret = [name for name in data if _SECRET.search(name)]
    if secret:
        raise ValueError(f"desk: {', '.join(secret)} looks like a secret, and a profile is read by everybody")
    return {_text(name): _text(value) for name, value in data.items()}


def _oidc(data: Any) -> Oidc:
    _known("oidc", data, {"issuer", "client_id", "scopes", "resource"})
    scopes = _texts(data.get("scopes", ["openid"]))
    if not data.get("issuer") or not data.get("client_id") or "openid" not in scopes:
        raise ValueError("oidc: issuer, client_id and the scope openid are needed")
    return Oidc(_address(data["issuer"]), _text(data["client_id"]), scopes, _text(data.get("resource", "")))


def _page(text: Any) -> str:
    """It stands in a picture: every character of it is room that the data has not."""
    if not isinstance(text, str) or len(text) > 120:
        raise ValueError("support: the page's address is longer than 120 characters")
    return _address(text)


def _address(text: Any) -> str:
    """None at all, or one without password, query, fragment or spaces."""
    if text == "":
        return ""
    parts = urlsplit(_text(text))
    plain = text.isascii() and text.isprintable() and not set(text) & set(' ?#"<>\\')
    secure = parts.scheme == "https" or (parts.scheme == "http" and _near(parts.hostname or ""))
    if not plain or not secure or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"support: {text!r} is no https address to be trusted with somebody's report")
    parts.port  # noqa: B018  # raises for one that is none
    return str(text)


def _near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return address.is_loopback or address.is_private


def _words(data: Any) -> Mapping[str, str]:
    """By language: nothing, or French and English."""
    if data == {}:
        return {}
    if not isinstance(data, dict) or set(data) != {"fr", "en"}:
        raise ValueError(f"support: in French and in English: {data!r}")
    return {language: _text(text) for language, text in data.items()}


def _text(text: Any) -> str:
    if not isinstance(text, str) or len(text) > MOST_TEXT or not text.isprintable():
        raise ValueError(f"support: {str(text)[:40]!r} is no text of at most {MOST_TEXT} characters")
    return text


def _texts(items: Any) -> tuple[str, ...]:
    if not isinstance(items, list) or len(items) > MOST_CHANNELS or not all(items):
        raise ValueError("support: a list of at most 32 texts")
    return tuple(map(_text, items))


def _tables(items: Any) -> list[dict[str, Any]]:
    if not isinstance(items, list) or len(items) > MOST_CHANNELS or not all(isinstance(one, dict) for one in items):
        raise ValueError("support: at most 32 channels")
    return items


def _known(what: str, data: Any, known: set[str]) -> None:
    if not isinstance(data, dict):
        raise ValueError(f"{what}: not a table")
    if set(data) - known:
        raise ValueError(f"{what}: unknown keys: {', '.join(sorted(set(data) - known))}")

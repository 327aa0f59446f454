"""What settings of the right type can still be wrong in: range, a missing other half, a secret in clear."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from selfcare.deskserver.settings import DeskSettings

MB = 1024 * 1024
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|[0-9a-fA-F:]+")
_LANGUAGES = ("fr", "en")
_ROLES = ("reader", "agent", "lead", "admin")
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
_S3 = ("access_key_id", "endpoint", "region", "secret_access_key_file")
_RANGES: dict[str, tuple[float, float]] = {
    "port": (0, 65535), "mail.port": (1, 65535),
    "keeping.closed_days": (0, 36500), "keeping.audit_days": (0, 36500), "keeping.unconfirmed_days": (0, 365),
    "limits.body": (64 * 1024, 512 * MB), "limits.file": (1024, 256 * MB), "limits.files": (1, 1000),
    "limits.notes": (1, 100_000), "limits.tickets_a_day": (1, 100_000),
    "limits.bytes_a_day": (1_000_000, 10**12), "limits.logins_a_minute": (1, 1000),
    "limits.slow_s": (1, 600),
}  # fmt: skip
"""Smallest and largest: what is outside is a slip (days for ms, MB for bytes), or a desk that takes nothing."""

Wrong = tuple[str, str]


def wrongs(found: DeskSettings) -> Iterator[Wrong]:
    """Key and what is wrong with it."""
    for dotted, (least, most) in _RANGES.items():
        value: Any = found
        for part in dotted.split("."):
            value = getattr(value, part)
        if not least <= value <= most:
            yield dotted, f"{value} is not within {least:g} and {most:g}"
    if found.limits.file > found.limits.body:
        yield "limits.file", "larger than limits.body: no such file could ever arrive"
    yield from _web_side(found)
    yield from _storage(found)
    yield from _mail(found)
    yield from _sign_in(found)


def _web_side(found: DeskSettings) -> Iterator[Wrong]:
    if found.language not in _LANGUAGES:
        yield "language", f"one of {', '.join(_LANGUAGES)}"
    if not _zone(found.time_zone):
        yield "time_zone", "a name such as Europe/Paris (of this machine's list; elsewhere: the package tzdata)"
    if not _web(found.url, ("https", "http")):
        yield "url", "an address that begins with https:// (or http://), without a password"
    if any(not _HOST.fullmatch(one) for one in found.hubs_inside):
        yield "hubs_inside", "names of hosts, without http:// and port"
    if not found.listen:
        yield "listen", "an address to listen on"
    if bool(found.certificate) != bool(found.certificate_key):
        yield "certificate_key", "certificate and its key go together"


def _storage(found: DeskSettings) -> Iterator[Wrong]:
    if found.database and found.database.partition("://")[0] not in _DATABASES:
        yield "database", "sqlite:///… or postgresql+psycopg://…"
    if _password_in(found.database):
        yield "database", "no password here: put it into a file, and name that in database_password_file"
    if found.database_password_file and "@" not in found.database:
        yield "database_password_file", "database names no user"
    if "://" in found.blobs and not found.blobs.startswith("s3://"):
        yield "blobs", "s3://bucket, a folder, or nothing"
    if "secret_access_key" in found.s3:
        yield "s3.secret_access_key", "no secret here: name a file that holds it in secret_access_key_file"
    for name in sorted(set(found.s3) - set(_S3)):
        yield f"s3.{name}", f"not known (known here: {', '.join(_S3)})"


def _mail(found: DeskSettings) -> Iterator[Wrong]:
    mail = found.mail
    if mail.tls not in ("starttls", "tls", "none"):
        yield "mail.tls", "starttls, tls or none"
    if mail.tls == "none" and mail.host and not _loopback(mail.host):
        yield "mail.tls", "none only for a server on this machine"
    if (mail.host or mail.folder) and "@" not in mail.sender:
        yield "mail.sender", "an address that answers come back to"


def _sign_in(found: DeskSettings) -> Iterator[Wrong]:
    for name, provider in (("agents", found.agents), ("subscribers", found.subscribers)):
        if not provider.issuer:
            continue
        local = _loopback(urlsplit(provider.issuer).hostname or "")
        if not _web(provider.issuer, ("https", "http") if local else ("https",)):
            yield f"{name}.issuer", "an https:// address"
    if "openid" not in found.agents.scope.split():
        yield "agents.scope", "words with openid among them"
    if found.agents.issuer and not found.agents.client_id:
        yield "agents.client_id", "needed with an issuer"
    if not set(found.agents.roles.values()) <= set(_ROLES):
        yield "agents.roles", f"roles are {', '.join(_ROLES)}"
    if found.subscribers.issuer and not found.subscribers.audience:
        yield "subscribers.audience", "needed with an issuer: whose tokens are meant for this desk"


def _web(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and not parts.password and parts.scheme in schemes
    except ValueError:
        return False


def _zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _password_in(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False

"""What one desk is told: a TOML file. Unknown keys are refused, so that a slip of the pen is seen at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo


class SettingsError(ValueError):
    """Not to be read, with what is wrong in it."""


@dataclass(frozen=True, slots=True)
class MailOut:
    """How codes and answers go out. ``folder``: written there instead of sent (tests, demonstration)."""

    host: str = ""
    port: int = 587
    user: str = ""
    password_file: str = ""
    sender: str = ""
    folder: str = ""
    tls: str = "starttls"  # starttls, tls, none (loopback alone)


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider. ``roles``: value of the ``role_claim`` → role, of agents. ``audience``: of access tokens.

    ``scope``: what is asked for of agents; some providers tell groups only for a scope of their own.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    audience: str = ""
    scope: str = "openid profile email"
    role_claim: str = "groups"
    roles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Days. 0: for ever. Of closed tickets, of the audit, of what nobody confirmed."""

    closed_days: int = 365
    audit_days: int = 365
    unconfirmed_days: int = 7


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for strangers. ``body``: bytes of a request; ``file``: of one attachment; ``files``: per ticket.

    ``bytes_a_day``: of one subscriber's files, whatever becomes of them.
    """

    body: int = 16 * 1024 * 1024
    file: int = 8 * 1024 * 1024
    files: int = 40
    notes: int = 500
    tickets_a_day: int = 30
    bytes_a_day: int = 256 * 1024 * 1024
    logins_a_minute: int = 10
    slow_s: float = 20.0


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """``data``: folder. ``database``: URL, "" is SQLite in ``data``. ``blobs``: "" (in ``data``) or ``s3://bucket``.

    ``s3``: ``endpoint``, ``region``, ``access_key_id``, ``secret_access_key`` (in the file: ``…_file``).
    ``hubs_inside``: hosts of the operator's own network that a hub's events may be brought to, by http too.
    ``time_zone``: where the desk's people are (IANA), as their pages tell times.
    ``database_password_file``: what is in it is the password of ``database``'s user; no password stands in a setting.
    """

    data: str
    operator: str = "Selfcare"
    url: str = "http://127.0.0.1:8621"
    listen: str = "127.0.0.1"
    port: int = 8621
    certificate: str = ""
    certificate_key: str = ""
    behind_proxy: bool = False
    database: str = ""
    database_password_file: str = ""
    blobs: str = ""
    s3: dict[str, str] = field(default_factory=dict, repr=False)
    mail: MailOut = MailOut()
    agents: Provider = Provider()
    subscribers: Provider = Provider()
    hubs_inside: tuple[str, ...] = ()
    keeping: Keeping = Keeping()
    limits: Limits = Limits()
    language: str = "fr"
    time_zone: str = "Europe/Paris"

    @property
    def zone(self) -> ZoneInfo:
        """In which people read times, and type them; what machines read is UTC."""
        return ZoneInfo(self.time_zone)

    @property
    def database_url(self) -> str:
        """For SQLAlchemy, with the password where there is one: never for a log."""
        if not self.database:
            return f"sqlite:///{Path(self.data) / 'desk.db'}"
        if not self.database_password_file:
            return self.database
        scheme, _, rest = self.database.partition("://")
        user, at, host = rest.partition("@")
        return f"{scheme}://{user}:{quote(secret_of(self.database_password_file), safe='')}{at}{host}"


def secret_of(path: str) -> str:
    """What a ``…_file`` names, without the line's end.

    Raises:
        SettingsError: it cannot be read, or is empty.
    """
    try:
        found = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from None
    if not found:
        raise SettingsError(f"{path}: empty")
    return found


def read(path: Path | None, env: Mapping[str, str] | None = None, **given: str) -> DeskSettings:
    """Of a file (None: of nothing but the rest), then ``SELFCARE_DESK_…`` of ``env``, then ``given``.

    Raises:
        SettingsError: it says something that is not known, or cannot be.
    """
    from selfcare.deskserver.settings_file import settings_of

    return settings_of(path, env or {}, given)

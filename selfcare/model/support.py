"""What a profile says of an operator's support: channels, the desk's endpoint, sign-in. Facts bear source and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from selfcare.model.case import Channel


@dataclass(frozen=True, slots=True)
class Opening:
    """``days``: ISO weekdays, 1 is Monday. ``opens``, ``closes``: minutes after midnight in France (Europe/Paris)."""

    days: tuple[int, ...]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class SupportChannel:
    """One way to reach somebody. ``to``: a number, an address, a name to look for; what ``kind`` says it is.

    ``cost``, ``hours`` are sentences by language, empty where nobody knows; ``opening`` is None where the hours are
    not known well enough to say "open now". Without ``checked`` it is unverified, and shown as such.
    """

    kind: Channel
    to: str
    name: Mapping[str, str] = field(default_factory=dict)
    brand: str = ""
    cost: Mapping[str, str] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)
    opening: tuple[Opening, ...] | None = None
    source: str = ""
    of: str = ""
    checked: date | None = None

    @property
    def verified(self) -> bool:
        """Whether it was read at a source."""
        return self.checked is not None


class DeskKind(StrEnum):
    """What speaks at the other end."""

    TMF621_V5 = "tmf621-v5"
    TMF621_V4 = "tmf621-v4"
    RT = "rt"
    ZAMMAD = "zammad"
    GLPI = "glpi"
    MAIL = "mail"
    FILE = "file"


class Auth(StrEnum):
    """How a desk knows the subscriber. No secret is in the program or in a profile."""

    NONE = "none"
    OIDC = "oidc"
    INSTALL_KEY = "install_key"
    TOKEN = "token"  # one the operator gave this very subscriber or test machine; in the keyring, typed once


@dataclass(frozen=True, slots=True)
class DeskEndpoint:
    """Where tickets go. ``url``: https, or http on loopback and in laboratories. ``to``: of a mail desk.

    ``needs``: fields of ``Reach`` without which the desk cannot tell whose line it is. ``queue``: RT, Zammad (group).
    ``extra``: settings of one kind of desk (``smtp_host``, ``entity``, …). ``outages``: base of a TMF656 API, or "".
    """

    kind: DeskKind
    url: str = ""
    to: str = ""
    auth: Auth = Auth.NONE
    queue: str = ""
    needs: tuple[str, ...] = ()
    outages: str = ""
    register: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Oidc:
    """An OpenID provider for sign-in by authorization code with PKCE (RFC 7636, RFC 8252): a public client.

    ``resource``: the desk by the name its tokens bear (RFC 8707), for a provider that wants to be told.
    """

    issuer: str
    client_id: str
    scopes: tuple[str, ...] = ("openid",)
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Support:
    """All of it for one operator. ``names``: what people call it. ``page``: opened by a phone from the QR code."""

    names: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    channels: tuple[SupportChannel, ...] = ()
    desk: DeskEndpoint | None = None
    oidc: Oidc | None = None
    page: str = ""
    first_answer_days: int | None = None

"""What the subscriber says is wrong, in the contract's words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SymptomKind(StrEnum):
    """The answers to "what is happening?"."""

    NO_WEB = "no_web"
    SLOW = "slow"
    DROPS = "drops"
    ONE_SITE = "one_site"
    ONE_DEVICE = "one_device"
    WIFI = "wifi"
    PORT = "port"
    TV = "tv"
    PHONE = "phone"
    GAMES = "games"


class OtherDevices(StrEnum):
    """Whether other devices of the home have the same trouble."""

    SAME = "same"
    FINE = "fine"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Symptom:
    """``since`` is ISO 8601 with offset, or None when the subscriber did not say."""

    what: SymptomKind
    since: str | None = None
    other_devices: OtherDevices = OtherDevices.UNKNOWN

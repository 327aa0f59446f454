"""What a box may refuse or do wrong, as stable codes. The sentence is ``box.error.<code>`` of the catalogue."""

from __future__ import annotations

from enum import StrEnum

from selfcare.boxes.secret import without_secrets


class BoxErrorCode(StrEnum):
    """Closed list: first about reaching a box at all, then about being let in, then about a wish."""

    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    REDIRECTED = "redirected"
    UNTRUSTED = "untrusted"
    UNREADABLE = "unreadable"
    NOT_THIS_BOX = "not_this_box"
    BOX_CHANGED = "box_changed"
    UPDATING = "updating"

    LOGIN_REQUIRED = "login_required"
    LOGIN_FAILED = "login_failed"
    LOGIN_DISABLED = "login_disabled"
    LOCKED_OUT = "locked_out"
    SESSION_ENDED = "session_ended"
    TOKEN_REVOKED = "token_revoked"
    PAIRING_DENIED = "pairing_denied"
    PAIRING_TIMEOUT = "pairing_timeout"
    PAIRING_DISABLED = "pairing_disabled"
    NOT_LOCAL = "not_local"
    MISSING_RIGHT = "missing_right"

    UNSUPPORTED = "unsupported"
    BRIDGE_MODE = "bridge_mode"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    OUTSIDE_PORT_RANGE = "outside_port_range"
    RESERVED_PORT = "reserved_port"
    OTHER_DEVICE = "other_device"
    FULL = "full"
    NO_PUBLIC_ADDRESS = "no_public_address"
    SAME_PORT_ONLY = "same_port_only"
    ONLY_PERMANENT = "only_permanent"
    SECOND_FACTOR = "second_factor"
    INVALID = "invalid"
    BUSY = "busy"
    REFUSED = "refused"


_FOR_EVER_S = 24 * 3600.0
"""Seconds: a lock-out that a box says is longer is told, and kept, as this."""


class BoxError(Exception):
    """One code, the box's own words (cut, without secrets) and values for the sentence.

    ``right`` names a missing right, or what of a wish is not to be had; ``retry_after`` seconds to wait after a
    lock-out; ``box_says`` is never trusted as more than text. No password, token or key is ever in here.
    """

    def __init__(
        self,
        code: BoxErrorCode,
        box_says: str | None = None,
        *,
        right: str | None = None,
        retry_after: float | None = None,
        **values: object,
    ) -> None:
        self.code, self.right = code, _shown(right, 60) if right else None
        self.retry_after = None if retry_after is None or not 0 <= retry_after < _FOR_EVER_S else retry_after
        if retry_after is not None and retry_after >= _FOR_EVER_S:
            self.retry_after = _FOR_EVER_S
        self.box_says = _shown(without_secrets(box_says), 300) if box_says else None
        self.values = values
        super().__init__(code.value if self.right is None else f"{code.value} ({self.right})")


def _shown(text: str, most: int) -> str | None:
    """It ends on a terminal, in a window and in a log: no control characters, no change of direction."""
    return "".join(letter for letter in text if letter.isprintable())[:most] or None

"""What every answer of Freebox OS is wrapped in, and what its error codes mean. Pure."""

from __future__ import annotations

from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox.lenient import mapping, text
from selfcare.boxes.wire import Reply

_CODES = {
    "auth_required": BoxErrorCode.SESSION_ENDED,
    "invalid_session": BoxErrorCode.SESSION_ENDED,
    "invalid_token": BoxErrorCode.TOKEN_REVOKED,
    "pending_token": BoxErrorCode.LOGIN_REQUIRED,
    "insufficient_rights": BoxErrorCode.MISSING_RIGHT,
    "denied_from_external_ip": BoxErrorCode.NOT_LOCAL,
    "ratelimited": BoxErrorCode.LOCKED_OUT,
    "new_apps_denied": BoxErrorCode.PAIRING_DISABLED,
    "apps_denied": BoxErrorCode.LOGIN_DISABLED,
    "invalid_request": BoxErrorCode.UNSUPPORTED,
    "exist": BoxErrorCode.CONFLICT,
    "noent": BoxErrorCode.NOT_FOUND,
    "nohost": BoxErrorCode.NOT_FOUND,
    "nodev": BoxErrorCode.NOT_FOUND,
    "nospc": BoxErrorCode.FULL,
    "busy": BoxErrorCode.BUSY,
    "port_outside_range": BoxErrorCode.OUTSIDE_PORT_RANGE,
}


def result(reply: Reply, path: str = "") -> Any:
    """What is inside, or a :class:`BoxError`. A missing ``result`` is what an empty list becomes: None."""
    told = body(reply)
    if told.get("success") is True:
        return told.get("result")
    code = text(told.get("error_code"))
    if code is None:
        if reply.status in (404, 405, 501):
            raise BoxError(BoxErrorCode.UNSUPPORTED, status=reply.status)
        raise BoxError(BoxErrorCode.UNREADABLE, kind="envelope", status=reply.status)
    says = text(told.get("msg"))
    right = text(told.get("missing_right")) if code == "insufficient_rights" else None
    raise BoxError(_meaning(code, path), says, right=right, box_code=code[:40])


def body(reply: Reply) -> dict[str, Any]:
    """The object that was sent; 404 with a page instead of JSON is an address this firmware does not know."""
    try:
        told = reply.json()
    except BoxError:
        if reply.status in (404, 405, 501):
            raise BoxError(BoxErrorCode.UNSUPPORTED, status=reply.status) from None
        raise
    if not isinstance(told, dict):
        raise BoxError(BoxErrorCode.UNREADABLE, kind="envelope", status=reply.status)
    return told


def box_uid(reply: Reply) -> str | None:
    """Errors of a login name the box that refuses."""
    try:
        return text(mapping(reply.json()).get("uid"))
    except BoxError:
        return None


def _meaning(code: str, path: str) -> BoxErrorCode:
    """``nodev`` of the list of hosts is how a box in bridge mode answers (recorded)."""
    if code == "nodev" and path.startswith("lan/browser"):
        return BoxErrorCode.BRIDGE_MODE
    if code.startswith("inval") and code not in _CODES:
        return BoxErrorCode.INVALID
    return _CODES.get(code, BoxErrorCode.REFUSED)

"""The bus of a Livebox (SoftAtHome sysbus) over HTTP: one envelope, one way in, errors under HTTP 200."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import TOTAL_S, Place, Reply, Wire

CONTENT = "application/x-sah-ws-4-call+json"
"""Content type -4- answers the bare object, -1- wraps it in "result": both are read."""
APPLICATION = "Selfcare"
NOT_THERE, FAILED, DENIED = 196618, 196639, 13
"""Error numbers of the bus: object absent on this model, function failed, permission denied."""
USER = "admin"
"""The only user, and the group that may change things."""
LOGOUT_S = 2.0
ATTEMPTS = 4
"""Of one call, as long as other calls keep opening ended sessions; a call opens one itself only once."""


def unwrap(sent: Any) -> Any:
    """The value of a reply: ``data`` where there is one, else ``status`` (which is the value itself, or true).

    Raises:
        BoxError: the reply holds errors, or is no reply of this bus.
    """
    body = sent["result"] if isinstance(sent, dict) and isinstance(sent.get("result"), dict) else sent
    if not isinstance(body, dict):
        raise BoxError(BoxErrorCode.UNREADABLE, kind="envelope")
    errors = body.get("errors")
    if isinstance(errors, list) and errors:
        raise trouble(errors)
    if not body:
        return None
    if "status" not in body and "data" not in body:
        raise BoxError(BoxErrorCode.UNREADABLE, kind="envelope")
    status, data = body.get("status"), body.get("data")
    return status if data is None or isinstance(status, dict | list) else data


def trouble(errors: list[Any]) -> BoxError:
    """Several errors come together, the cause first: "not bound to any link" and "function failed" is one not there."""
    entries = [entry for entry in errors if isinstance(entry, dict)]
    numbers = {entry.get("error") for entry in entries if isinstance(entry.get("error"), int)}
    words = "; ".join(str(entry.get(key)) for entry in entries for key in ("description", "info") if entry.get(key))
    if DENIED in numbers or "permission denied" in words.lower():
        return BoxError(BoxErrorCode.LOGIN_REQUIRED, words)
    if NOT_THERE in numbers:
        return BoxError(BoxErrorCode.UNSUPPORTED, words)
    return BoxError(BoxErrorCode.REFUSED, words or None)


def value_of(reply: Reply) -> Any:
    """What an HTTP reply holds. Errors come under 200 as a rule; the plain ones of HTTP are read too."""
    if reply.status in (401, 403):
        raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
    if reply.status == 429:
        wait = reply.header("retry-after") or ""
        raise BoxError(BoxErrorCode.LOCKED_OUT, retry_after=float(wait[:9]) if wait.isdecimal() else None)
    if reply.status >= 400 and "json" not in (reply.header("content-type") or ""):
        code = {404: BoxErrorCode.UNSUPPORTED, 503: BoxErrorCode.BUSY}.get(reply.status, BoxErrorCode.REFUSED)
        raise BoxError(code, status=reply.status)
    return unwrap(reply.json())


def cookies(reply: Reply) -> str:
    """The Cookie header to send: names hold a "/", which Python's own cookies refuse."""
    pairs = [line.split(";", 1)[0].strip() for line in reply.all_headers("set-cookie")]
    return "; ".join(dict.fromkeys(pair for pair in pairs if pair.partition("=")[2]))


@dataclass(frozen=True, slots=True)
class Context:
    """A session of the box: its number and its cookies, both as good as a password."""

    number: Secret
    cookie: Secret
    groups: frozenset[str] = frozenset()

    def headers(self) -> Mapping[str, str]:
        """What goes with every request."""
        plain = self.number.reveal()
        sent = {"X-Context": plain, "Authorization": f"X-Sah {plain}"}
        return {**sent, "Cookie": self.cookie.reveal()} if self.cookie else sent


class Sysbus:
    """Calls on the bus. ``old``: firmware without ``/ws``, found out by its 404.

    A refusal of the password is final: the same one is never sent again. An expired session is opened again once, for
    all the requests that met it together, and only by the very box that the password is for (``uid``).
    """

    def __init__(self, place: Place) -> None:
        host = f"[{place.address}]" if ":" in place.address else place.address
        self._wire = Wire(place, host=host)
        self.old = False
        self.uid: str | None = None
        self._context: Context | None = None
        self._credential: Secret | None = None
        self._refused: Secret | None = None
        self._closed_to_us: set[tuple[str, str]] = set()
        self._door = asyncio.Lock()

    async def call(
        self, service: str, method: str, parameters: Mapping[str, Any] | None = None, *, limit_s: float = TOTAL_S
    ) -> Any:
        """One call, with one new login between where the session has ended.

        Raises:
            BoxError: ``UNSUPPORTED`` where this model has no such object, ``LOGIN_REQUIRED`` without a login,
                ``MISSING_RIGHT`` where even a fresh login may not.
        """
        opened = False
        for _ in range(ATTEMPTS):
            async with self._door:  # while somebody logs in, wait: without the session it would be a stranger's call
                context = self._context
            try:
                return await self._once(context, service, method, parameters or {}, limit_s)
            except BoxError as error:
                if error.code is not BoxErrorCode.LOGIN_REQUIRED or context is None:
                    raise
                if (service, method) in self._closed_to_us or not await self._ended(context, opened):
                    self._closed_to_us.add((service, method))
                    raise BoxError(BoxErrorCode.MISSING_RIGHT, error.box_says, right=USER) from None
                if opened and self._context is context:
                    raise BoxError(BoxErrorCode.SESSION_ENDED) from None
            opened = await self._again(context) or opened
        raise BoxError(BoxErrorCode.SESSION_ENDED)

    async def log_in(self, credential: Secret) -> None:
        """Once. ``LOGIN_FAILED`` is remembered: asked again with the same password, the box is not."""
        async with self._door:
            await self._open(credential)

    async def close(self) -> None:
        """Gives the session back, which some firmware refuses: harmless."""
        context, self._context, self._credential = self._context, None, None
        try:
            if context is not None:
                with contextlib.suppress(BoxError):
                    application = {"applicationName": APPLICATION}
                    await self._once(context, "sah.Device.Information", "releaseContext", application, LOGOUT_S)
        finally:  # also where nobody waits for the log-out any more
            await self._wire.close()

    async def _once(
        self, context: Context | None, service: str, method: str, parameters: Mapping[str, Any], limit_s: float
    ) -> Any:
        headers = context.headers() if context is not None else {}
        if not self.old:
            reply = await self._post(service, method, parameters, headers, limit_s)
            if reply.status != 404:
                return value_of(reply)
        path = f"/sysbus/{service.removeprefix('sysbus.').replace('.', '/')}:{method}"
        body = {"parameters": dict(parameters)}
        reply = await self._wire.request(
            "POST", path, headers={**headers, "Content-Type": CONTENT}, json_body=body, limit_s=limit_s
        )
        value = value_of(reply)
        self.old = True
        return value

    async def _post(
        self, service: str, method: str, parameters: Mapping[str, Any], headers: Mapping[str, str], limit_s: float
    ) -> Reply:
        body = {"service": _full(service), "method": method, "parameters": dict(parameters)}
        return await self._wire.request(
            "POST", "/ws", headers={**headers, "Content-Type": CONTENT}, json_body=body, limit_s=limit_s
        )

    async def _ended(self, context: Context, fresh: bool) -> bool:
        """After a refusal: is the session over, or the object shut? A call that any administrator may make tells.

        Without this every shut object would cost a login, and on a box of one session throw the other calls out.
        ``fresh``: this very call has logged in already.
        """
        if self._context is not context:
            return True
        try:
            await self._once(context, "NMC", "get", {}, TOTAL_S)
        except BoxError as error:
            if error.code is BoxErrorCode.LOGIN_REQUIRED:
                return USER in context.groups or not fresh
        return False

    async def _again(self, ended: Context) -> bool:
        """Whether it was this request that opened it anew: another may have met the same end."""
        async with self._door:
            if self._context is not ended:
                if self._context is None:
                    refused = self._refused is not None and self._credential is None
                    raise BoxError(BoxErrorCode.LOGIN_FAILED if refused else BoxErrorCode.SESSION_ENDED)
                return False
            credential, self._context = self._credential, None
            if credential is None:
                raise BoxError(BoxErrorCode.SESSION_ENDED)
            if self.uid is not None:
                await self._same_box()
            await self._open(credential)
            return True

    async def _same_box(self) -> None:
        """Before a password is sent on its own: whoever has the address now may be another."""
        told = await self._once(None, "DeviceInfo", "get", {}, TOTAL_S)
        found = told if isinstance(told, dict) else {}
        if self.uid not in (found.get("SerialNumber"), str(found.get("BaseMAC")).lower()):
            self._credential = None
            raise BoxError(BoxErrorCode.BOX_CHANGED)

    async def _open(self, credential: Secret) -> None:
        if self._refused is not None and self._refused == credential:
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        self._context = self._credential = None
        reply = await self._knock(credential)
        context = _context(reply)
        if context is None:
            self._refused = credential
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        self._context, self._credential = context, credential

    async def _knock(self, credential: Secret) -> Reply:
        """The old way in only where the new one does not exist; a refused password is an answer, not an absence."""
        parameters = {"applicationName": APPLICATION, "username": USER, "password": credential.reveal()}
        if not self.old:
            reply = await self._post(
                "sah.Device.Information", "createContext", parameters, {"Authorization": "X-Sah-Login"}, TOTAL_S
            )
            if not _no_such_way(reply):
                return reply
        form = {"username": USER, "password": credential.reveal()}
        return await self._wire.request("POST", "/authenticate", form=form)


def _full(service: str) -> str:
    return service if service.startswith(("sysbus.", "sah.")) else f"sysbus.{service}"


def _no_such_way(reply: Reply) -> bool:
    if reply.status == 404:
        return True
    try:
        value_of(reply)
    except BoxError as error:
        return error.code is BoxErrorCode.UNSUPPORTED
    return False


def _context(reply: Reply) -> Context | None:
    """None: refused. Anything that is no reply of this bus at all is an error, not a refusal."""
    try:
        data = value_of(reply)
    except BoxError as error:
        if error.code is BoxErrorCode.LOGIN_REQUIRED or (error.code is BoxErrorCode.REFUSED and reply.status < 400):
            return None
        raise
    found = data.get("contextID") if isinstance(data, dict) else None
    usable = isinstance(found, str) and 0 < len(found) <= 256 and found.isascii() and found.isprintable()
    if not usable or not isinstance(found, str):
        return None
    groups = frozenset(str(data.get("groups")).split(","))
    return Context(Secret(found), Secret(cookies(reply)), groups)

"""Speaking with a Bbox: login by cookie, token for writes, errors by name. API v1 on every model since 2014."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from selfcare.boxes.bbox.parse import device, part
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import CONNECT_S, Place, Reply, Wire

HOST = "mabbox.bytel.fr"
BASE = "/api/v1/"
_SECURE_PORTS = (443, 8443)
_LOCKED_S = 15 * 60.0
"""Seconds: what the locked door needs at least; each new try extends it (claimed by a public client)."""
_BUSY_S, _BUSY_TRIES = 1.0, 3
"""A 400 "Cannot extract request parameters" is passing (a public client waits a second, three times)."""


def context() -> ssl.SSLContext:
    """Verifying. Old firmware offers a Diffie-Hellman key that OpenSSL 3 refuses: such ciphers are left out."""
    made = ssl.create_default_context()
    made.set_ciphers("DEFAULT:!DHE")
    return made


async def fingerprint(place: Place) -> bytes:
    """SHA-256 of the certificate shown at the box's own address: pinned at pairing where no authority vouches."""
    blind = context()
    blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
    address, port = place.authority(443)
    try:
        async with asyncio.timeout(CONNECT_S * 2):
            _, writer = await asyncio.open_connection(address, port, ssl=blind, server_hostname=HOST)
    except (OSError, TimeoutError) as error:
        raise BoxError(BoxErrorCode.UNREACHABLE) from error
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    return hashlib.sha256(shown).digest()


@dataclass(frozen=True, slots=True)
class Manner:
    """How this box is reached: TLS verified, TLS with a pinned certificate, or plain (firmware before TLS)."""

    pin: bytes | None = None
    plain: bool = False


def credential(password: Secret, manner: Manner) -> Secret:
    """What is kept in the keyring: the password, and how the box was reached when it was given."""
    pin = manner.pin.hex() if manner.pin else None
    return Secret(json.dumps({"password": password.reveal(), "pin": pin, "plain": manner.plain}))


def is_plain(place: Place) -> bool:
    """A port of one's own is plain HTTP, unless it is one that only TLS uses."""
    return place.port is not None and place.port not in _SECURE_PORTS


def _kept(secret: Secret) -> tuple[Secret, Manner]:
    with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
        content = json.loads(secret.reveal())
        pin = content.get("pin")
        return Secret(str(content["password"])), Manner(bytes.fromhex(pin) if pin else None, bool(content.get("plain")))
    # Outside of the handler: that error holds the text it could not read.
    raise BoxError(BoxErrorCode.LOGIN_FAILED, kind="credential")


def wire(place: Place, manner: Manner = Manner()) -> Wire:
    """As it was reached when the password was given."""
    if manner.plain or is_plain(place):
        return Wire(place, host=HOST, base=BASE)
    tls = aiohttp.Fingerprint(manner.pin) if manner.pin else context()
    return Wire(place, host=HOST, port=443, tls=tls, base=BASE)


class Client:
    """One conversation. ``call`` opens an expired session again once; a refused password is final."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._wire = wire(place)
        self._password: Secret | None = None
        self._cookie: Secret | None = None
        self._token: Secret | None = None
        self._final: BoxError | None = None
        self.uid: str | None = None
        self._door = asyncio.Lock()

    async def log_in(self, kept: Secret) -> None:
        """Raises ``LOGIN_FAILED`` or ``LOCKED_OUT``; never tries twice."""
        password, manner = _kept(kept)
        if manner != Manner():
            await self._wire.close()
            self._wire = wire(self._place, manner)
        await self._enter(password)
        self._password, self._final = password, None

    async def _enter(self, password: Secret) -> None:
        form = {"password": password.reveal(), "remember": "1"}
        reply = await self._wire.request("POST", "login", form=form, headers=self._headers())
        if reply.status in (400, 405):  # seen on a newer box with an older client; a current client sends PUT
            reply = await self._wire.request("PUT", "login", form=form, headers=self._headers())
        if reply.status in (401, 403):
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        self._meaning(reply, "login")
        cookie = next((c for c in reply.all_headers("set-cookie") if c.startswith("BBOX_ID=")), None)
        if cookie is None:
            raise BoxError(BoxErrorCode.LOGIN_FAILED, kind="no_cookie")
        self._cookie, self._token = Secret(cookie.split(";", 1)[0]), None

    def _headers(self) -> dict[str, str]:
        """Newer models refuse a login without Origin and Referer."""
        headers = {"Origin": f"https://{HOST}", "Referer": f"https://{HOST}/"}
        if self._cookie is not None:
            headers["Cookie"] = self._cookie.reveal()
        return headers

    async def get(self, path: str) -> Any:
        """A reading. 404 is ``UNSUPPORTED``: the endpoint is not there on this model."""
        return (await self._call("GET", path, None)).json()

    async def write(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """A write carries the token in its address, as the box demands against foreign pages."""
        return await self._call(method, path, form or {})

    async def _call(self, method: str, path: str, form: Mapping[str, str] | None) -> Reply:
        """A session that ran out is opened again once, whoever of several parallel readings notices first."""
        used = self._cookie
        reply = await self._once(method, path, form)
        if reply.status in (401, 403) and (self._password is not None or self._final is not None):
            await self._again(used)
            reply = await self._once(method, path, form)
            if reply.status in (401, 403):
                raise BoxError(BoxErrorCode.SESSION_ENDED)
        self._meaning(reply, path)
        return reply

    async def _again(self, used: Secret | None) -> None:
        """A password that was changed meanwhile is refused once, and all readings are told: each try counts."""
        async with self._door:
            if self._final is not None:
                raise BoxError(self._final.code, retry_after=self._final.retry_after)
            if self._cookie is not used:
                return
            if self._password is None:
                raise BoxError(BoxErrorCode.SESSION_ENDED)
            try:
                await self._same_box()
                await self._enter(self._password)
            except BoxError as error:
                if error.code not in (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW):
                    self._password, self._final = None, error
                raise

    async def _same_box(self) -> None:
        """Before the password is sent on its own: what tells strangers who it is must tell the same.

        Newer firmware tells nothing; it must at least refuse in the words of a Bbox (and its certificate is checked).
        """
        reply = await self._wire.request("GET", "device", headers={"Origin": f"https://{HOST}"})
        if is_bbox_refusal(reply):
            return
        told = device(reply.json()).uid if reply.status == 200 else None
        if told is None or self.uid not in (None, told):
            raise BoxError(BoxErrorCode.BOX_CHANGED)

    async def _once(self, method: str, path: str, form: Mapping[str, str] | None) -> Reply:
        for _ in range(_BUSY_TRIES):
            if form is not None and self._token is None:
                refused = await self._fetch_token()
                if refused is not None:
                    return refused
            parameters = None if form is None or self._token is None else {"btoken": self._token.reveal()}
            reply = await self._wire.request(method, path, params=parameters, form=form, headers=self._headers())
            if reply.status != 400 or b"Cannot extract request parameters" not in reply.body:
                break
            await asyncio.sleep(_BUSY_S)
        if reply.status == 403:
            self._token = None  # stale: asked for anew with the next try
        return reply

    async def _fetch_token(self) -> Reply | None:
        """The answer itself where there is no token in it because the session ended."""
        reply = await self._wire.request("GET", "device/token", headers=self._headers())
        if reply.status in (401, 403):
            return reply
        self._meaning(reply, "device/token")
        self._token = Secret(str(part(reply.json(), "device").get("token") or ""))
        return None

    def _meaning(self, reply: Reply, path: str) -> None:
        if 200 <= reply.status < 300:
            return
        says = _words(reply)
        match reply.status:
            case 401 | 403:
                raise BoxError(BoxErrorCode.LOGIN_REQUIRED, says)
            case 404:
                raise BoxError(BoxErrorCode.UNSUPPORTED, says, path=path)
            case 429:
                raise BoxError(BoxErrorCode.LOCKED_OUT, says, retry_after=_LOCKED_S)
            case 409:
                raise BoxError(BoxErrorCode.CONFLICT, says)
            case 400:
                raise BoxError(BoxErrorCode.INVALID, says)
            case 503:
                raise BoxError(BoxErrorCode.BUSY, says)
        raise BoxError(BoxErrorCode.REFUSED, says, status=reply.status)

    async def close(self) -> None:
        """Logs out: a Bbox bears few sessions, and ours would keep its owner out."""
        try:
            if self._cookie is not None:
                await self._wire.request("POST", "logout", headers=self._headers(), limit_s=1.0)
        except BoxError:
            pass
        finally:
            self._cookie = self._token = self._password = self._final = None
            await self._wire.close()


def _words(reply: Reply) -> str | None:
    """``{"exception": {"errors": [{"name", "reason"}]}}`` in the box's own words."""
    try:
        exception = part(reply.json(), "exception")
        errors = exception.get("errors") or []
        said = [f"{each.get('name', '')}: {each.get('reason', '')}".strip(": ") for each in errors]
    except (BoxError, AttributeError, TypeError):
        return None
    return "; ".join(each for each in said if each) or None


def is_bbox_refusal(reply: Reply) -> bool:
    """Whether a 401 is a Bbox's own: it says so as an ``exception`` with a ``domain``."""
    try:
        return reply.status == 401 and "domain" in part(reply.json(), "exception")
    except BoxError:
        return False

"""REST API 1.0 of the SFR Box: one address, a ``method``, an XML envelope, and a token for what is private.

Source: SFR/efixo "API REST 4.0" (2016); the token life, code 901 and base64 tokens from public clients' records.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr import parse
from selfcare.boxes.wire import TOTAL_S, Place, Reply, Wire

PATH = "/api/1.0/"
LOGIN = "admin"
MOST = 256 * 1024
"""Bytes. The longest replies are lists of hosts and neighbours: some 10 kB."""
PASSWORD, BUTTON, OPEN = "password:", "button:", "open:"
"""How a stored credential begins: a password, the token a button press gave, or nothing needed on this box."""
_PRIVATE = frozenset({115, 116, 901})
"""No token, a token that is no longer one. 901 is not in the specification; clients saw it where 115 was due."""

CODES: Mapping[int, BoxErrorCode] = {
    112: BoxErrorCode.UNSUPPORTED,
    113: BoxErrorCode.INVALID,
    114: BoxErrorCode.INVALID,
    115: BoxErrorCode.LOGIN_REQUIRED,
    116: BoxErrorCode.SESSION_ENDED,
    901: BoxErrorCode.SESSION_ENDED,
    120: BoxErrorCode.UPDATING,
    202: BoxErrorCode.PAIRING_TIMEOUT,
    204: BoxErrorCode.LOGIN_FAILED,
    205: BoxErrorCode.LOGIN_DISABLED,
    210: BoxErrorCode.CONFLICT,
    211: BoxErrorCode.CONFLICT,
    212: BoxErrorCode.NOT_FOUND,
    500: BoxErrorCode.NOT_FOUND,
}
"""The specification's error table, as ours. 201 depends on who is asked: see ``_TOKENS_FULL``."""
_TOKENS_FULL = {"auth.getToken": BoxErrorCode.BUSY, "auth.checkToken": BoxErrorCode.SESSION_ENDED}
NOT_PRESSED = 203


def proof(token: str, password: str, login: str = LOGIN) -> str:
    """What ``auth.checkToken`` wants: login, then password, each HMAC-SHA256 keyed with the token's text; 128 chars."""

    def one(text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest().encode()
        return hmac.new(token.encode(), digest, hashlib.sha256).hexdigest()

    return one(login) + one(password)


def mended(method: str, text: str) -> str:
    """Two malformed replies that are known, and nothing else.

    Firmware 3DCM020200r015 never ends its ``<dsl`` tag and closes a ``</firewall>``; the specification's own
    ``guest.getInfo`` has no ``>`` before ``<config``.
    """
    if method == "dsl.getInfo":
        return re.sub(r"<dsl\s([^<>]{0,1000})</firewall>", r"<dsl \1/>", text, count=1)
    if method == "guest.getInfo":
        return re.sub(r"<guest\s([^<>]{0,1000})<config\b", r"<guest \1><config", text, count=1)
    return text


def answer(method: str, reply: Reply) -> Element:
    """The ``<rsp>`` of a success. Failures come with HTTP 200 too: ``<rsp stat="fail"><err code msg/>``."""
    if reply.status == 404:
        raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=404)
    text = mended(method, reply.text())
    root = Reply(reply.status, reply.headers, text.encode()).xml()
    if root.tag != "rsp" or root.get("stat") not in ("ok", "fail"):
        raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=reply.status)
    if root.get("stat") == "fail":
        raise refusal(method, root)
    return root


def refusal(method: str, root: Element) -> BoxError:
    """The box's error as ours. ``box_code`` keeps its number."""
    err = root.find("err")
    code = err.get("code", "") if err is not None else ""
    number = int(code) if re.fullmatch(r"[0-9]{1,4}", code) else 0
    kind = _TOKENS_FULL.get(method) if number == 201 else CODES.get(number)
    said = err.get("msg", "") if err is not None else ""
    if re.search(r"[%+=]", said):
        said = ""  # it may repeat what it was sent, encoded, and so no secret would be found in it
    return BoxError(kind or BoxErrorCode.REFUSED, said or None, box_code=number, method=method)


class Client:
    """Requests to one box and the token for the private ones.

    A password is tried once; refused, it is never sent again. A token that ended is renewed once per request; several
    requests that meet the same end renew it together.
    """

    def __init__(self, place: Place) -> None:
        host = f"[{place.address}]" if ":" in place.address else place.address
        self._wire = Wire(place, host=host)
        self.uid: str | None = None
        self._password: Secret | None = None
        self._token: Secret | None = None
        self._final: BoxErrorCode | None = None
        self._renewal = asyncio.Lock()

    async def close(self) -> None:
        """Lets go of connections; the family knows no log-out, a token ends by itself after some 10 minutes."""
        self._token = self._password = None
        await self._wire.close()

    async def get(self, method: str, *, private: bool = False, limit_s: float | None = None) -> Element:
        """A reading."""
        return await self._call("GET", method, {}, private, limit_s)

    async def post(
        self, method: str, *, private: bool = True, limit_s: float | None = None, **arguments: str
    ) -> Element:
        """A change. What is sent counts as secret until it is over: it may be a key that the box repeats."""
        kept = [Secret(value) for value in arguments.values()]
        try:
            return await self._call("POST", method, arguments, private, limit_s)
        finally:
            del kept

    async def token(self) -> tuple[Secret, str]:
        """A fresh one and how it may be made valid: ``passwd``, ``button``, ``all``."""
        auth = (await self.get("auth.getToken")).find("auth")
        text = auth.get("token", "") if auth is not None else ""
        if auth is None or not 8 <= len(text) <= 512:
            raise BoxError(BoxErrorCode.UNREADABLE, method="auth.getToken")
        return Secret(text), auth.get("method", "passwd")

    async def check(self, token: Secret, password: Secret | None = None) -> Secret:
        """Makes a token valid, by password (within 5 s of its birth) or by the button pressed meanwhile.

        Raises:
            BoxError: 204 ``LOGIN_FAILED``; 203 (``box_code``) while the button is not pressed.
        """
        arguments = {"token": token.reveal()}
        if password is not None:
            arguments["hash"] = proof(token.reveal(), password.reveal())
        auth = (await self._exchange("GET", "auth.checkToken", arguments, {}, None)).find("auth")
        told = auth.get("token") if auth is not None else None
        return Secret(told) if told else token

    async def log_in(self, credential: Secret) -> None:
        """With what pairing gave. Text without a known beginning is a password."""
        self._final = None
        kept = credential.reveal()
        if kept.startswith(OPEN):
            return
        if kept.startswith(BUTTON):
            self._token = Secret(kept.removeprefix(BUTTON))
            return
        self._password = Secret(kept.removeprefix(PASSWORD))
        async with self._renewal:
            await self._renew()

    async def is_open(self) -> bool:
        """Whether private things are told without a token: the subscriber switched the login for programs off."""
        try:
            await self._exchange("GET", "wlan.getInfo", {}, {}, None)
        except BoxError as error:
            if error.code in (BoxErrorCode.TOO_SLOW, BoxErrorCode.UNREACHABLE, BoxErrorCode.UPDATING):
                raise
            return False
        return True

    async def _renew(self) -> None:
        assert self._password is not None
        try:
            token, how = await self.token()
            if how == "button":
                raise BoxError(BoxErrorCode.LOGIN_DISABLED, right="password")
            self._token = await self.check(token, self._password)
        except BoxError as error:
            if error.code is BoxErrorCode.LOGIN_DISABLED and await self.is_open():
                self._token = None
                return
            if error.code in (BoxErrorCode.LOGIN_FAILED, BoxErrorCode.LOGIN_DISABLED):
                self._final, self._password = error.code, None
            raise

    async def _call(
        self, verb: str, method: str, form: Mapping[str, str], private: bool, limit_s: float | None
    ) -> Element:
        if not private:
            return await self._exchange(verb, method, {}, form, limit_s)
        if self._final is not None:
            raise BoxError(self._final)
        used = self._token
        try:
            return await self._exchange(verb, method, self._pass(used), form, limit_s)
        except BoxError as error:
            if error.values.get("box_code") not in _PRIVATE:
                raise
            await self._again(used)
        try:
            return await self._exchange(verb, method, self._pass(self._token), form, limit_s)
        except BoxError as error:
            if error.values.get("box_code") in _PRIVATE:
                raise BoxError(BoxErrorCode.SESSION_ENDED, error.box_says) from None
            raise

    async def _again(self, used: Secret | None) -> None:
        """A new token in the place of ``used``, unless another request has got one meanwhile."""
        async with self._renewal:
            if self._final is not None:
                raise BoxError(self._final)
            if self._token is not used:
                return
            if self._password is None:
                # A button's token cannot be renewed without a hand on the box: that is a pairing, not a retry.
                if used is None:
                    raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
                self._final = BoxErrorCode.TOKEN_REVOKED
                raise BoxError(self._final)
            if self.uid is not None:
                await self._same_box()
            await self._renew()

    async def _same_box(self) -> None:
        """Before a proof is sent on its own: whoever has the address now may be another, and pick the token for it."""
        found = parse.device(await self.get("system.getInfo"))
        if found is None or found[0].uid != self.uid:
            self._final, self._password = BoxErrorCode.BOX_CHANGED, None
            raise BoxError(self._final)

    @staticmethod
    def _pass(token: Secret | None) -> dict[str, str]:
        return {"token": token.reveal()} if token is not None else {}

    async def _exchange(
        self, verb: str, method: str, arguments: Mapping[str, str], form: Mapping[str, str], limit_s: float | None
    ) -> Element:
        # Tokens may be base64: given as parameters, so that "/" and "+" are encoded on the way.
        try:
            reply = await self._wire.request(
                verb,
                PATH,
                params={"method": method, **arguments},
                form=form if verb == "POST" else None,
                most=MOST,
                limit_s=TOTAL_S if limit_s is None else limit_s,
            )
        except BoxError as error:
            # The HTTP library's own error names the address asked, and with it token and proof.
            error.__cause__ = error.__context__ = None
            raise
        return answer(method, reply)

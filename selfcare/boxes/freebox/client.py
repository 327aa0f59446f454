"""One Freebox asked: the way to it, the version, the session; each answer unwrapped or named as an error."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import re
import ssl
from collections.abc import Callable
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import parse, trust
from selfcare.boxes.freebox.credential import APP_ID, APP_NAME, APP_VERSION, Credential
from selfcare.boxes.freebox.envelope import body, box_uid, result
from selfcare.boxes.freebox.lenient import flag, mapping, text
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import DeviceInfo

HOST = "mafreebox.freebox.fr"
"""The certificate is made out to this name, and the box answers to it; the address is the gateway's (``Wire``)."""
PINNED = 14
"""The API major written for: ``min(PINNED, the box's)`` is asked, since the shape of replies follows it."""
HELLO_S = 2.0
"""Seconds for the first question, which decides between https and http."""
_BASE = re.compile(r"/(?:[A-Za-z0-9_-]{1,32}/){0,3}")


class Client:
    """No request before :meth:`hello`. ``session`` is opened at most once more within one request."""

    def __init__(self, place: Place, tls: Callable[[], ssl.SSLContext] | None = trust.context) -> None:
        self.place = place
        self.secure = self._closed = False
        self.major = PINNED
        self.who: DeviceInfo | None = None
        self.rights: frozenset[str] | None = None
        self._trust = tls
        self._base = "/api/"
        self._wire: Wire | None = None
        self._credential: Credential | None = None
        self._final: BoxErrorCode | None = None
        self._session: Secret | None = None
        self._greeting, self._opening = asyncio.Lock(), asyncio.Lock()
        self._flying: dict[str, asyncio.Task[Any]] = {}

    @property
    def paired(self) -> bool:
        """Whether a login was accepted."""
        return self._session is not None

    async def hello(self, need_tls: bool = False) -> DeviceInfo:
        """Who is there: https where its certificate verifies, else http, which the boxes still serve on the LAN.

        With ``need_tls`` nothing is sent in the clear: a token that was given over https is never used otherwise.
        """
        async with self._greeting:
            if self.who is not None and (self.secure or not need_tls):
                return self.who
            if self._wire is not None:  # greeted in the clear: a token that was given over https does not go there
                await self._wire.close()
                self._wire = self.who = None
            return await self._greet(need_tls)

    async def _greet(self, need_tls: bool) -> DeviceInfo:
        wire, told = await self._first_answer(need_tls)
        who = parse.identity(told)
        if who is None:
            await wire.close()
            raise BoxError(BoxErrorCode.NOT_THIS_BOX)
        self._wire, self.who = wire, who
        self.major = min(PINNED, parse.major(mapping(told)) or PINNED)
        base = text(mapping(told).get("api_base_url")) or "/api/"
        self._base = base if _BASE.fullmatch(base) else "/api/"
        return who

    async def _first_answer(self, need_tls: bool) -> tuple[Wire, Any]:
        if self._closed:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="closed")
        if self._trust is not None and (self.place.port is None or need_tls):
            context = await asyncio.to_thread(self._trust)
            wire = Wire(self.place, host=HOST, port=443, tls=context)
            try:
                told = body(await wire.request("GET", "/api_version", limit_s=HELLO_S))
                self.secure = True
                return wire, told
            except BoxError:
                await wire.close()
                if need_tls:
                    raise
        elif need_tls:
            raise BoxError(BoxErrorCode.UNTRUSTED)
        wire = Wire(self.place, host=HOST)
        try:
            return wire, body(await wire.request("GET", "/api_version", limit_s=HELLO_S))
        except BoxError:
            await wire.close()
            raise

    async def log_in(self, credential: Credential) -> None:
        """One try. Another box than the one that gave the token is told before anything of ours is sent."""
        who = await self.hello(credential.tls)
        if credential.uid is not None and who.uid != credential.uid:
            raise BoxError(BoxErrorCode.BOX_CHANGED)
        async with self._opening:
            await self._open_session(credential)
            self._credential, self._final = credential, None

    async def _open_session(self, credential: Credential) -> None:
        """``password`` is HMAC-SHA1 of the challenge with the token as key, in hexadecimal digits."""
        challenge = text(mapping(result(await self._send("GET", "login/"))).get("challenge"))
        if challenge is None:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="challenge")
        password = hmac.new(credential.token.reveal().encode(), challenge.encode(), hashlib.sha1).hexdigest()
        reply = await self._send(
            "POST", "login/session/", {"app_id": APP_ID, "app_version": APP_VERSION, "password": password}
        )
        try:
            told = mapping(result(reply))
        except BoxError as error:
            uid = box_uid(reply)
            other = uid is not None and self.who is not None and uid != self.who.uid
            if error.code is BoxErrorCode.TOKEN_REVOKED and other:
                raise BoxError(BoxErrorCode.BOX_CHANGED) from None
            # "no session" in answer to opening one is a refusal, and a refusal is not tried again
            raise _refused(error) from None
        token = text(told.get("session_token"))
        if token is None:
            raise BoxError(BoxErrorCode.UNREADABLE, kind="session")
        self._session = Secret(token)
        self.rights = frozenset(name[:40] for name, given in mapping(told.get("permissions")).items() if flag(given))

    async def get(self, path: str) -> Any:
        """A reading; the same one asked for twice at once is asked once."""
        task = self._flying.get(path)
        if task is None:
            task = asyncio.get_running_loop().create_task(self.call("GET", path))
            self._flying[path] = task
            task.add_done_callback(lambda done: self._landed(path, done))
        return await asyncio.shield(task)

    def _landed(self, path: str, task: asyncio.Task[Any]) -> None:
        self._flying.pop(path, None)
        if not task.cancelled():
            task.exception()  # seen here, so that nobody's cancellation leaves it to be logged

    async def call(self, method: str, path: str, sent: Any = None) -> Any:
        """With the session, which is opened anew once where the box says that it has ended."""
        used = self._session
        reply = await self._send(method, path, sent)
        try:
            return result(reply, path)
        except BoxError as error:
            if error.code is not BoxErrorCode.SESSION_ENDED or (self._credential is None and self._final is None):
                raise
        await self._reopen(used)
        return result(await self._send(method, path, sent), path)

    async def _reopen(self, used: Secret | None) -> None:
        """Requests that fail together open one session together; a refused opening is told to all of them."""
        async with self._opening:
            if self._session is not used:
                return
            if self._credential is None:
                raise BoxError(self._final or BoxErrorCode.SESSION_ENDED)
            try:
                await self._same_box()
                await self._open_session(self._credential)
            except BoxError as error:
                if error.code not in (BoxErrorCode.UNREACHABLE, BoxErrorCode.TOO_SLOW):
                    self._credential, self._final = None, error.code
                raise

    async def _same_box(self) -> None:
        """A session that ended without being asked to may have been another box's: it was swapped meanwhile."""
        if self._wire is None or self.who is None:
            raise BoxError(BoxErrorCode.SESSION_ENDED)
        now = parse.identity(body(await self._wire.request("GET", "/api_version", limit_s=HELLO_S)))
        if now is None or now.uid != self.who.uid:
            raise BoxError(BoxErrorCode.BOX_CHANGED)

    async def _send(self, method: str, path: str, sent: Any = None) -> Any:
        if self._wire is None:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        headers = {"X-Fbx-App-Auth": self._session.reveal()} if self._session is not None else {}
        if not all(" " <= letter <= "~" for value in headers.values() for letter in value):
            raise BoxError(BoxErrorCode.UNREADABLE, kind="session")
        return await self._wire.request(method, f"{self._base}v{self.major}/{path}", headers=headers, json_body=sent)

    async def authorize(self, device_name: str) -> tuple[Secret, int]:
        """Asks for a token; the box now asks on its display. The token is good for nothing before that is answered."""
        sent = {"app_id": APP_ID, "app_name": APP_NAME, "app_version": APP_VERSION, "device_name": device_name}
        told = mapping(result(await self._send("POST", "login/authorize/", sent)))
        token, track = text(told.get("app_token")), text(told.get("track_id"))
        if token is None or track is None or not track.isdecimal():
            raise BoxError(BoxErrorCode.UNREADABLE, kind="token")
        return Secret(token), int(track)

    async def progress(self, track: int) -> str:
        """``unknown``, ``pending``, ``timeout``, ``granted`` or ``denied``."""
        told = mapping(result(await self._send("GET", f"login/authorize/{track}")))
        return text(told.get("status")) or "unknown"

    async def close(self) -> None:
        """Ends the session at the box and lets go of the connections, for good; never raises."""
        self._closed = True
        for task in list(self._flying.values()):
            task.cancel()
        wire, session = self._wire, self._session
        self._session, self._credential, self._final = None, None, None
        self._wire, self.who = None, None
        if wire is None:
            return
        try:
            if session is not None:
                headers = {"X-Fbx-App-Auth": session.reveal()}
                with contextlib.suppress(BoxError):
                    await wire.request(
                        "POST", f"{self._base}v{self.major}/login/logout/", headers=headers, limit_s=HELLO_S
                    )
        finally:  # also where nobody waits for the log-out any more
            await wire.close()


def _refused(error: BoxError) -> BoxError:
    if error.code is BoxErrorCode.SESSION_ENDED:
        return BoxError(BoxErrorCode.LOGIN_FAILED, error.box_says)
    return error

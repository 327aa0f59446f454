"""fritzconnection's requests, carried by our own transport. Imported in a worker thread, when a box is first asked.

The library is blocking and follows whatever it is told; here each of its requests becomes one of :class:`Wire`: bounded
in size and time, on the box only, with our own Digest.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from selfcare.boxes import soap
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz.digest import Digest, challenge_of
from selfcare.boxes.wire import TOTAL_S, Reply, Wire

MAX_REPLY = 1024 * 1024
"""Bytes. The largest service description has 60 kB, a host list of a hundred machines 90 kB."""
LIMIT_S = TOTAL_S
"""Seconds for one request; the thread waits a little longer for the transport to say so itself."""
DECLARATION = re.compile(r"^<\?xml[^>]*\?>")


class WireAdapter(BaseAdapter):
    """``digest`` gives the login in force, or None."""

    def __init__(self, wire: Wire, loop: asyncio.AbstractEventLoop, digest: Callable[[], Digest | None]) -> None:
        super().__init__()
        self._wire, self._loop, self._digest = wire, loop, digest

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """One answer that can be trusted to be small, from the box, and XML without entities."""
        path = self._path(request)
        reply = self._admitted(request, path)
        if reply.status == 404:
            raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=404)
        root = reply.xml()
        if reply.status != 200:
            raise soap.fault(root, reply.status)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, str(request.url), request
        answer.headers = CaseInsensitiveDict({"Content-Type": "text/xml"})
        answer.encoding = "utf-8"
        # What we checked, as the text that we took it for: no second guess at the encoding.
        answer._content = DECLARATION.sub("", reply.text().lstrip("\ufeff").strip()).encode()
        return answer

    def close(self) -> None:
        """The wire is closed by whoever opened it."""

    def _path(self, request: requests.PreparedRequest) -> str:
        parts = urlsplit(str(request.url))
        if parts.hostname != self._wire.place.address or parts.username is not None or parts.scheme != "http":
            raise BoxError(BoxErrorCode.REDIRECTED, kind="description")
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _admitted(self, request: requests.PreparedRequest, path: str) -> Reply:
        """After a pause one request goes alone: with a password changed meanwhile, only that one is refused."""
        digest = self._digest()
        if digest is None or str(request.method) != "POST":
            return self._answered(request, path, digest)
        with digest.knock:
            if not digest.fresh:
                reply = self._answered(request, path, digest)
                digest.prove()
                return reply
        reply = self._answered(request, path, digest)
        digest.prove()
        return reply

    def _answered(self, request: requests.PreparedRequest, path: str, digest: Digest | None) -> Reply:
        """A spent nonce is answered once again; a refusal is final."""
        if digest is not None and digest.refused:
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        used = digest.nonce if digest is not None else None
        said = digest.answer(str(request.method), path) if digest is not None else None
        reply = self._ask(request, path, said)
        if reply.status != 401:
            return reply
        if digest is None:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        with digest.door:
            return self._proved(request, path, digest, reply, used if said is not None else None)

    def _proved(
        self, request: requests.PreparedRequest, path: str, digest: Digest, reply: Reply, used: str | None
    ) -> Reply:
        """One thread at a time answers a new challenge: a changed password is refused once, not to all four."""
        if digest.refused:
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        if digest.nonce is not None and digest.nonce != used:  # somebody else has answered a newer one meanwhile
            used = digest.nonce
            reply = self._ask(request, path, digest.answer(str(request.method), path))
            if reply.status != 401:
                return reply
        challenge = challenge_of(reply.header("www-authenticate"))
        if challenge is None:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        if challenge["nonce"] != used:
            digest.take(challenge)
            reply = self._ask(request, path, digest.answer(str(request.method), path))
        if reply.status == 401:
            digest.refused = True
            raise BoxError(BoxErrorCode.LOGIN_FAILED)
        return reply

    def _ask(self, request: requests.PreparedRequest, path: str, authorization: str | None) -> Reply:
        kept = ("soapaction", "content-type")
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() in kept}
        if authorization is not None:
            headers["Authorization"] = authorization
        body = request.body.encode() if isinstance(request.body, str) else request.body
        assert body is None or isinstance(body, bytes)  # what the library makes of an action
        asked = self._wire.request(
            str(request.method), path, headers=headers, data=body, limit_s=LIMIT_S, most=MAX_REPLY
        )
        try:
            future = asyncio.run_coroutine_threadsafe(asked, self._loop)
        except RuntimeError:  # the loop has ended while this thread was busy
            asked.close()
            raise BoxError(BoxErrorCode.UNREACHABLE) from None
        try:
            return future.result(LIMIT_S + 2)
        except concurrent.futures.TimeoutError as error:
            future.cancel()
            raise BoxError(BoxErrorCode.TOO_SLOW, seconds=LIMIT_S) from error
        except concurrent.futures.CancelledError as error:
            raise BoxError(BoxErrorCode.UNREACHABLE) from error

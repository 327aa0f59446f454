"""TR-064 by fritzconnection: in worker threads, on our transport, each service's description when it is first used."""

from __future__ import annotations

import asyncio
import importlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree.ElementTree import Element

from selfcare.boxes import soap
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz.digest import Digest
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire

if TYPE_CHECKING:
    from fritzconnection.core.devices import DeviceManager
    from fritzconnection.core.soaper import Soaper

PORT = 49000
DESCRIPTION = "/tr64desc.xml"
THREADS = 12
"""They wait most of the time, several for one service's description; the transport has fewer connections."""
DEADLINE_S = 12.0
"""Seconds for a call with its service's description and its login: each request in it is bounded more narrowly."""
MOST_DESCRIPTION = 512 * 1024
T = TypeVar("T")


@dataclass
class _Tools:
    """fritzconnection's own parts: what it knows of the box, and how it asks."""

    manager: DeviceManager
    soaper: Soaper
    session: Any


class Link:
    """One box. ``root`` is its description, read once."""

    def __init__(self, place: Place) -> None:
        address = place.address
        host = f"[{address}]" if ":" in address else address
        self._place, self._base = place, f"http://{host}"
        self._wire = Wire(place, host=host, port=PORT)
        self._port = place.port or PORT
        self._pool: ThreadPoolExecutor | None = None
        self._tools: _Tools | None = None
        self._digest: Digest | None = None
        self._root: Element | None = None
        self._text = ""
        self._make_lock = threading.Lock()
        self._opening = asyncio.Lock()
        self._scpd_locks: dict[str, threading.Lock] = {}

    async def close(self) -> None:
        """Threads end with the requests that they wait for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
        await self._wire.close()

    def use(self, user: str, password: Secret) -> None:
        """The login for everything from now on; nothing is sent."""
        self._digest = Digest(user, password)

    @property
    def logged_in(self) -> bool:
        """Whether there is a login that was not refused."""
        return self._digest is not None and not self._digest.refused

    async def root(self, *, anew: bool = False) -> Element:
        """``NOT_THIS_BOX`` where another thing answers than a TR-064 description.

        ``anew``: read again. Another box by now gets no login: the one in force was the other's.
        """
        async with self._opening:
            if self._root is None or anew:
                reply = await self._wire.request("GET", DESCRIPTION, most=MOST_DESCRIPTION)
                if reply.status != 200:
                    raise BoxError(BoxErrorCode.NOT_THIS_BOX, status=reply.status)
                root = reply.xml()
                if ":dslforum-org:device:InternetGatewayDevice:" not in f":{soap.text_of(root, 'deviceType')}":
                    raise BoxError(BoxErrorCode.NOT_THIS_BOX)
                before = self._root
                self._text, self._root = reply.text().lstrip("\ufeff").strip(), root
                if before is not None and soap.text_of(before, "UDN") != soap.text_of(root, "UDN"):
                    self._digest = self._tools = None
            return self._root

    async def call(self, service: str, action: str, **arguments: str | int | bool) -> dict[str, Any]:
        """Out-arguments by name, numbers and booleans as such. ``UNSUPPORTED``: this box has no such action."""
        await self.root()
        return await self._in_thread(lambda: self._call(service, action, arguments))

    async def describe(self, service: str) -> None:
        """Reads a service's description ahead of its first use; ``UNSUPPORTED``: the box has no such service."""
        await self.root()
        await self._in_thread(lambda: self._described(service))

    def make_ready(self) -> None:
        """Imports fritzconnection in a thread, some 100 ms; whoever calls meanwhile waits for it."""
        threading.Thread(target=_imported, daemon=True, name="selfcare-fritz-import").start()

    async def page(self, path: str) -> Element:
        """A list that an action named the path of: on the box, with its session id in the query."""
        if not path.startswith("/") or path.startswith("//") or len(path) > 500 or not path.isprintable():
            raise BoxError(BoxErrorCode.REDIRECTED, kind="list")
        reply = await self._wire.request("GET", path)
        if reply.status != 200:
            raise BoxError(BoxErrorCode.UNREADABLE, status=reply.status)
        return reply.xml()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="selfcare-fritz")
            self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._loop.run_in_executor(self._pool, work)
        except TimeoutError as error:
            raise BoxError(BoxErrorCode.TOO_SLOW, seconds=DEADLINE_S) from error

    # -- in a worker thread --------------------------------------------------------------------------

    def _described(self, service: str) -> _Tools:
        with self._make_lock:
            tools = self._tools = self._tools or self._made()
        if service not in tools.manager.services:
            raise BoxError(BoxErrorCode.UNSUPPORTED, action=service)
        self._load(tools, service)
        return tools

    def _call(self, service: str, action: str, arguments: dict[str, Any]) -> dict[str, Any]:
        tools = self._described(service)
        try:
            found = tools.manager.services[service]
            if action not in found.actions:
                raise KeyError(action)
        except KeyError:
            raise BoxError(BoxErrorCode.UNSUPPORTED, action=f"{service}.{action}") from None
        try:
            values: dict[str, Any] = tools.soaper.execute(found, action, arguments)
        except BoxError as error:
            raise _narrower(error) from None
        except Exception as error:
            # Whatever the library makes of a reply that it did not expect; its text may hold what was sent.
            raise BoxError(BoxErrorCode.UNREADABLE, kind=type(error).__name__) from None
        return values

    def _made(self) -> _Tools:
        import requests
        from fritzconnection.core.devices import DeviceManager
        from fritzconnection.core.soaper import Soaper

        from selfcare.boxes.fritz.adapter import WireAdapter

        logging.getLogger("fritzconnection").setLevel(logging.CRITICAL)  # it logs whole replies, keys included
        session = requests.Session()
        session.trust_env = False
        session.adapters.clear()
        session.mount(f"{self._base}:", WireAdapter(self._wire, self._loop, lambda: self._digest))
        manager = DeviceManager(session=session)
        try:
            manager.add_description(self._text)
            manager.scan()
        except Exception as error:
            raise BoxError(BoxErrorCode.UNREADABLE, kind=type(error).__name__) from None
        return _Tools(manager, Soaper(self._base, self._port, "", "", session=session), session)

    def _load(self, tools: _Tools, service: str) -> None:
        found = tools.manager.services[service]
        for path in (found.SCPDURL, found.controlURL):
            if not isinstance(path, str) or not path.startswith("/") or path.startswith("//"):
                raise BoxError(BoxErrorCode.REDIRECTED, kind="description")
        with self._scpd_locks.setdefault(service, threading.Lock()):
            if getattr(found, "_scpd", None) is not None:
                return
            try:
                found.load_scpd(self._base, self._port, session=tools.session)
            except BoxError:
                raise
            except Exception as error:
                raise BoxError(BoxErrorCode.UNREADABLE, kind=type(error).__name__) from None


def _imported() -> None:
    for name in ("fritzconnection.core.devices", "fritzconnection.core.soaper", "selfcare.boxes.fritz.adapter"):
        importlib.import_module(name)


def _narrower(error: BoxError) -> BoxError:
    """606 is the box's user who may not: the right to its settings is what lacks."""
    if isinstance(error, soap.UpnpFault) and error.number == soap.NOT_AUTHORISED:
        return BoxError(BoxErrorCode.MISSING_RIGHT, error.box_says, right="BoxAdmin", number=error.number)
    return error

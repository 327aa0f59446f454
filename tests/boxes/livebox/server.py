"""HTTP side: ``/ws``, the older ``/sysbus`` and ``/authenticate``, the login, errors under 200."""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.livebox.change import SETTERS
from tests.boxes.livebox.state import Fault, Livebox
from tests.boxes.livebox.tell import GETTERS

OPEN = {"DeviceInfo:get", "NMC:getWANStatus", "Time:getTime"}
DENIED = Fault(13, "Permission denied")


class LiveboxSimulator(Simulator):
    """``old``: firmware that knows neither ``/ws`` nor ``createContext``. ``closed``: objects shut even to admin."""

    family = "livebox"

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        super().__init__(home, latency_s)
        self.box = Livebox(self.home)
        self.old = False
        self.private = False  # firmware that tells strangers nothing at all
        self.closed: set[str] = set()
        self.calls: list[str] = []  # object:method, in order
        self.contexts: dict[str, str] = {}  # context -> cookie
        self.used = 0
        self.logins = 0
        self.running = self.most_running = 0

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/ws", self._ws)
        app.router.add_post("/sysbus/{path:.*}", self._sysbus)
        app.router.add_post("/authenticate", self._authenticate)

    async def _ws(self, request: web.Request) -> web.Response:
        if self.old:
            return web.Response(status=404, text="<html>Not found</html>", content_type="text/html")
        asked = json.loads(await request.text())
        name, method = str(asked["service"]).removeprefix("sysbus."), asked["method"]
        return self._answer(request, name, method, asked.get("parameters") or {})

    async def _sysbus(self, request: web.Request) -> web.Response:
        if not self.old:
            raise web.HTTPNotFound
        path, _, method = request.match_info["path"].partition(":")
        asked = json.loads(await request.text() or "{}")
        return self._answer(request, path.replace("/", "."), method, asked.get("parameters") or {}, wrap=True)

    async def _authenticate(self, request: web.Request) -> web.Response:
        if not self.old:
            raise web.HTTPNotFound
        form = await request.post()
        return self._login(str(form.get("username")), str(form.get("password")), wrap=True)

    def _answer(
        self, request: web.Request, name: str, method: str, parameters: Any, *, wrap: bool = False
    ) -> web.Response:
        call = f"{name}:{method}"
        self.calls.append(call)
        wrap = wrap or "-ws-1-" in request.headers.get("Content-Type", "")
        if call == "sah.Device.Information:createContext":
            if request.headers.get("Authorization") != "X-Sah-Login":
                return _reply({"status": None, "errors": [DENIED.told(call)]}, wrap)
            return self._login(parameters.get("username"), parameters.get("password"), wrap=wrap)
        try:
            body = self._do(request, call, parameters)
        except Fault as fault:
            body = {"status": None, "errors": [fault.told(name)]}
        return _reply(body, wrap)

    def _login(self, username: Any, password: Any, *, wrap: bool) -> web.Response:
        self.logins += 1
        if username != "admin" or password != self.home.password:
            return _reply({"status": None, "errors": [DENIED.told("createContext")]}, wrap)
        context, cookie = secrets.token_urlsafe(24), f"a1b2c3/sessid={secrets.token_hex(8)}"
        self.contexts, self.used = {context: cookie}, 0
        groups = "http,admin" if self.home.settings_right else "http"
        told = _reply({"status": 0, "data": {"contextID": context, "username": "admin", "groups": groups}}, wrap)
        told.headers.add("Set-Cookie", f"{cookie}; path=/; SameSite=Strict")
        told.headers.add("Set-Cookie", "a1b2c3/accept-language=fr-FR,fr; path=/")
        return told

    def _do(self, request: web.Request, call: str, parameters: Any) -> dict[str, Any]:
        known = self._known(request)
        if not known and (self.private or call not in OPEN):
            raise DENIED
        if known:
            self._wear()
        if call in self.closed or (call in SETTERS and not self.home.settings_right):
            raise DENIED
        if call == "sah.Device.Information:releaseContext":
            raise DENIED  # as real ones do, harmlessly
        if call in SETTERS:
            return SETTERS[call](self.box, parameters)
        if call not in GETTERS:
            raise Fault(196618, "Object or parameter not found")
        return GETTERS[call](self.box, parameters)

    def _known(self, request: web.Request) -> bool:
        context = request.headers.get("X-Context", "")
        right = request.headers.get("Authorization") == f"X-Sah {context}"
        cookie = self.contexts.get(context)
        return right and cookie is not None and cookie in request.headers.get("Cookie", "")

    def _wear(self) -> None:
        """A session ends after so many requests, the one at hand included."""
        self.used += 1
        if self.home.expire_after is not None and self.used > self.home.expire_after:
            self.contexts = {}
            raise DENIED


def _reply(body: dict[str, Any], wrap: bool) -> web.Response:
    return web.json_response({"result": body} if wrap else body)

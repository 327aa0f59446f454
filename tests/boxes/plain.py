"""A box of no family: the worst one allowed. Every write of a driver is as many requests as it could be.

Name and key of a network apart, each time of a timetable apart, both protocols of a rule apart: so that a program
that is killed, or a line that is cut, leaves the box truly in between. ``hook`` is asked before and after each request.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.home import Forward, Home, Plan

DAY = 86_400
Hook = Callable[[str, int], Awaitable[web.StreamResponse | None]]
"""("before" | "after", number of the request) → an answer in place of the right one, or None."""


class PlainBox(Simulator):
    """``GET /home`` tells everything, ``POST /do`` does one small thing, both with the token of ``POST /login``."""

    family = "plain"

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        super().__init__(home, latency_s)
        self.tokens = 0
        self.used = 0
        self.hook: Hook | None = None
        self.refuse: dict[str, str] = {}
        self.odd: Callable[[str, dict[str, Any]], None] = lambda _op, _words: None

    def app(self) -> web.Application:
        app = super().app()
        app.middlewares.append(self._hooked)
        return app

    @web.middleware
    async def _hooked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        number = len(self.asked)
        try:
            if self.hook is not None and (answer := await self.hook("before", number)) is not None:
                return answer
            reply: web.StreamResponse = await handler(request)
            if self.hook is not None and (answer := await self.hook("after", number)) is not None:
                return answer
        except ConnectionResetError:  # the hook's word for a line that is cut
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return reply

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/login", self._login)
        app.router.add_get("/home", self._home)
        app.router.add_post("/do", self._do)

    def expire(self) -> None:
        """Whoever is in has to log in again."""
        self.tokens += 1

    async def _login(self, request: web.Request) -> web.Response:
        if (await request.json()).get("password") != self.home.password:
            return web.json_response({"error": "login_failed"})
        self.tokens, self.used = self.tokens + 1, 0
        return web.json_response({"token": f"t{self.tokens}"})

    def _entered(self, request: web.Request) -> bool:
        self.used += 1
        if self.home.expire_after is not None and self.used > self.home.expire_after:
            self.expire()
        return request.headers.get("Token") == f"t{self.tokens}"

    async def _home(self, request: web.Request) -> web.Response:
        if not self._entered(request):
            return web.json_response({"error": "session_ended"})
        return web.json_response(asdict(self.home))

    async def _do(self, request: web.Request) -> web.Response:
        if not self._entered(request):
            return web.json_response({"error": "session_ended"})
        words = await request.json()
        op = words.pop("op")
        if op in self.refuse:
            return web.json_response({"error": self.refuse[op]})
        self.odd(op, words)
        getattr(self, f"do_{op}")(**words)
        return web.json_response({})

    # -- what can be done ------------------------------------------------------------------------

    def do_wifi(self, enable: bool) -> None:
        self.home.wifi_enable = enable

    def do_radio(self, band: str, field: str, value: Any) -> None:
        setattr(next(r for r in self.home.radios if r.band == band), field, value)

    def do_ssid(self, band: str, field: str, value: Any) -> None:
        setattr(next(s for s in self.home.ssids if s.band == band), field, value)

    def do_guest(self, field: str, value: Any) -> None:
        setattr(self.home.guest, field, value)

    def _plan(self, mac: str) -> Plan:
        found = next((p for p in self.home.plans if mac in p.macs), None)
        if found is None:
            found = Plan([mac], id=str(len(self.home.plans) + 1))
            self.home.plans.append(found)
        return found

    def do_rule(self, mac: str, override: str, until: int, name: str) -> None:
        plan = self._plan(mac)
        plan.override, plan.until, plan.name = override, until, name

    def do_slot(self, mac: str, slot: list[int], there: bool) -> None:
        plan, one = self._plan(mac), (slot[0], slot[1], slot[2])
        plan.slots = sorted({*plan.slots, one} if there else {*plan.slots} - {one})

    def do_no_plan(self, mac: str) -> None:
        self.home.plans = [p for p in self.home.plans if mac not in p.macs]

    def do_forward(self, **words: Any) -> None:
        taken = {f.id for f in self.home.forwards}
        words["id"] = next(str(n) for n in range(1, 999) if str(n) not in taken)
        self.home.forwards.append(Forward(**words))

    def do_no_forward(self, id: str) -> None:
        self.home.forwards = [f for f in self.home.forwards if f.id != id]

    def do_reserve(self, mac: str, ip: str, comment: str) -> None:
        self.home.reservations[mac] = (ip, comment)

    def do_no_reserve(self, mac: str) -> None:
        self.home.reservations.pop(mac, None)

    def do_reboot(self) -> None:
        self.home.reboot_asked += 1
        self.home.reboots += 1
        self.home.up_time = 0
        self.expire()


def seen(home: Home, forgotten: Collection[str] = ()) -> str:
    """Everything a wish may touch, as text that is equal where the box is.

    ``forgotten``: what this family does not tell ("name" of a person, "comment" of a reservation, "guest" network that
    is off, "origin" of a rule), so that nobody can put it back.
    """
    kept = asdict(home)
    for name in ("up_time", "reboots", "restarts", "disconnections", "reboot_asked", "expire_after", "line"):
        kept.pop(name)
    if not kept["guest"]["enable"]:
        kept["guest"].pop("remaining")  # whoever switches it on says until when
        if "guest" in forgotten:
            kept["guest"] = None
    elif kept["guest"]["remaining"]:
        kept["guest"]["remaining"] = round(kept["guest"]["remaining"] / 600)  # it runs down meanwhile
    for rule in kept["forwards"]:
        rule.pop("id")
        rule["origin"] = "" if "origin" in forgotten else rule["origin"]
    for radio in kept["radios"]:
        radio.pop("current")
    for plan in kept["plans"]:
        plan.pop("id")
        plan["name"] = "" if "name" in forgotten else plan["name"]
        plan["slots"] = sorted(
            ((day + start // DAY) % 7, start % DAY, end - start) for day, start, end in plan["slots"]
        )
    if "comment" in forgotten:
        kept["reservations"] = {mac: ip for mac, (ip, _text) in kept["reservations"].items()}
    kept["forwards"].sort(key=lambda rule: (rule["external"], rule["protocol"]))
    kept["plans"] = [p for p in kept["plans"] if p["override"] or p["slots"]]
    return json.dumps(kept, sort_keys=True, default=str)

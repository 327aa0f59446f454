"""A simulated Bbox: API v1 of an F@st5688b, or of an older model on DSL; replies shaped as recorded."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.bbox_replies import KEYS, Replies
from tests.boxes.home import Forward, Home, Plan

_OPEN = {"login", "device", "device/summary"}  # what anybody may ask on firmware before 23.7.8; then only login
_LOCK_AFTER = 5


def refusal(status: int, name: str, reason: str, domain: str = "v1/login") -> web.Response:
    body = {"exception": {"domain": domain, "code": str(status), "errors": [{"name": name, "reason": reason}]}}
    return web.json_response(body, status=status)


class BboxSimulator(Replies, Simulator):
    """One session at a time, as the box bears few. ``old``: firmware that tells ``device`` to anybody."""

    family = "bbox"
    port = 8080

    def __init__(self, home: Home | None = None, latency_s: float = 0.0, *, old: bool = False) -> None:
        super().__init__(home, latency_s)
        self.old = old
        self.cookie = self.token = ""
        self.token_until = 0.0
        self.wrong = 0
        self.locked_until = 0.0
        self.calls = 0
        self.logins = 0
        self.hiccups = 0
        self.policy = {"enable": 0, "defaultpolicy": "Accept"}
        self._ids = itertools.count(10)

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/v1/{path:.*}", self._route)
        app.router.add_route("*", "/{rest:.*}", self._page)

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text="<html><title>Bbox</title><body>Bbox</body></html>", content_type="text/html")

    async def _route(self, request: web.Request) -> web.Response:
        path, method = request.match_info["path"], request.method
        self.calls += 1
        if path == "login" and method in ("POST", "PUT"):
            return await self._login(request)
        if not (self.old and path in _OPEN) and not self._known(request):
            return refusal(401, "", "Authentification requise")
        if method != "GET" and path != "logout" and not self._token_good(request):
            return refusal(403, "btoken", "invalid", f"v1/{path}")
        if self.hiccups:
            self.hiccups -= 1
            return refusal(400, "", "Cannot extract request parameters", f"v1/{path}")
        if method == "GET":
            return self._read(path)
        return await self._write(method, path, dict(await request.post()))

    def _known(self, request: web.Request) -> bool:
        if self.home.expire_after is not None and self.calls > self.home.expire_after:
            self.cookie, self.calls = "", 0
        sent = request.headers.get("Cookie", "")
        return bool(self.cookie) and f"BBOX_ID={self.cookie}" in sent

    def _token_good(self, request: web.Request) -> bool:
        return bool(self.token) and request.query.get("btoken") == self.token and time.monotonic() < self.token_until

    async def _login(self, request: web.Request) -> web.Response:
        now = time.monotonic()
        if now < self.locked_until:
            self.locked_until = now + 900  # each new try extends it
            return refusal(429, "", "Too many attempts")
        if "Origin" not in request.headers:
            return refusal(400, "Origin", "missing")
        form = await request.post()
        self.logins += 1
        if form.get("password") != self.home.password:
            self.wrong += 1
            if self.wrong >= _LOCK_AFTER:
                self.locked_until = now + 900
            return refusal(401, "password", "Invalid", "v1/login")
        self.wrong, self.cookie, self.calls = 0, secrets.token_hex(16), 0
        answer = web.Response(status=200)
        answer.headers["Set-Cookie"] = f"BBOX_ID={self.cookie}; path=/; HttpOnly"
        return answer

    def _read(self, path: str) -> web.Response:
        readers: dict[str, Callable[[], Any]] = {
            "device": self._device, "device/summary": self._summary, "device/cpu": self._cpu, "device/led": self._led,
            "device/token": self._token, "wan/ip": self._wan, "wan/ip/stats": self._stats, "wan/xdsl": self._xdsl,
            "wan/xdsl/stats": self._xdsl_stats, "wan/ftth/stats": self._ftth, "hosts": self._hosts,
            "wireless": self._wireless, "parentalcontrol": self._parental, "voip": self._voip,
            "nat/rules": self._rules, "dhcp": self._dhcp, "dhcp/clients": self._clients,
        }  # fmt: skip
        reader = readers.get(path)
        if reader is None:
            return refusal(404, "", "Not found", f"v1/{path}")
        told = reader()
        return web.json_response(told if isinstance(told, list) else [told])

    async def _write(self, method: str, path: str, form: dict[str, Any]) -> web.Response:
        writers: dict[tuple[str, str], Callable[[dict[str, Any]], Awaitable[web.Response] | web.Response]] = {
            ("POST", "logout"): self._logout, ("POST", "nat/rules"): self._add_rule,
            ("PUT", "wireless/guest"): self._set_guest, ("PUT", "wireless/guestenable"): self._enable_guest,
            ("PUT", "parentalcontrol"): self._set_policy, ("PUT", "parentalcontrol/hosts"): self._control,
            ("POST", "dhcp/clients"): self._reserve, ("POST", "device/reboot"): self._reboot,
        }  # fmt: skip
        found = writers.get((method, path))
        if found is not None:
            answer = found(form)
            return answer if isinstance(answer, web.Response) else await answer
        head, _, last = path.rpartition("/")
        if method == "PUT" and head == "wireless" and last in KEYS.values():
            return self._set_wireless(last, form)
        if method == "DELETE" and head in ("nat/rules", "dhcp/clients"):
            return self._delete(head, last)
        return refusal(404, "", "Not found", f"v1/{path}")

    def _logout(self, form: dict[str, Any]) -> web.Response:
        self.cookie = ""
        return web.Response()

    def _add_rule(self, form: dict[str, Any]) -> web.Response:
        outside, _, last = str(form["external_port"]).partition(":")
        if any(each.external == int(outside) and each.protocol == form["protocol"] for each in self.home.forwards):
            return refusal(409, "external_port", "Already used", "v1/nat/rules")
        number = str(next(self._ids))
        self.home.forwards.append(
            Forward(int(outside), int(form["internal_port"]), form["ipaddress"],
                    "both" if form["protocol"] == "tcp,udp" else form["protocol"], form["enable"] == "1",
                    form["description"], int(last) if last else None, id=number)
        )  # fmt: skip
        return web.Response(status=201, headers={"Location": f"/api/v1/nat/rules/{number}"})

    def _set_guest(self, form: dict[str, Any]) -> web.Response:
        guest = self.home.guest
        guest.ssid, guest.key = form.get("ssid", guest.ssid), form.get("passphrase", guest.key)
        return web.Response()

    def _enable_guest(self, form: dict[str, Any]) -> web.Response:
        self.home.guest.enable = form["enable"] == "1"
        return web.Response()

    def _set_policy(self, form: dict[str, Any]) -> web.Response:
        self.policy = {"enable": int(form["enable"]), "defaultpolicy": form["defaultpolicy"]}
        self._apply()
        return web.Response()

    def _control(self, form: dict[str, Any]) -> web.Response:
        mac = form["macaddress"]
        self.home.plans = [plan for plan in self.home.plans if mac not in plan.macs]
        if form["enable"] == "1":
            self.home.plans.append(Plan([mac]))
        self._apply()
        return web.Response()

    def _apply(self) -> None:
        shut = bool(self.policy["enable"]) and self.policy["defaultpolicy"] == "Forbidden"
        for host in self.home.hosts:
            host.blocked = shut and self._controlled(host)

    def _reserve(self, form: dict[str, Any]) -> web.Response:
        self.home.reservations[form["macaddress"]] = (form["ipaddress"], form["hostname"])
        return web.Response(status=201)

    def _reboot(self, form: dict[str, Any]) -> web.Response:
        self.home.reboot_asked += 1
        self.home.up_time, self.cookie = 0, ""
        return web.Response()

    def _set_wireless(self, band: str, form: dict[str, Any]) -> web.Response:
        radio = next(each for each in self.home.radios if KEYS[each.band] == band)
        ssid = next(each for each in self.home.ssids if KEYS[each.band] == band)
        if "wpaKey" in form and not 8 <= len(form["wpaKey"]) <= 63:
            return refusal(400, "wpaKey", "Length", f"v1/wireless/{band}")
        if "radio.enable" in form:
            radio.enable = form["radio.enable"] == "1"
        if "radio.channel" in form:
            radio.channel = int(form["radio.channel"])
            radio.current = radio.channel or radio.current
        ssid.ssid, ssid.key = form.get("ssid", ssid.ssid), form.get("wpaKey", ssid.key)
        return web.Response()

    def _delete(self, head: str, last: str) -> web.Response:
        if head == "nat/rules":
            self.home.forwards = [each for each in self.home.forwards if each.id != last]
        else:
            macs = list(self.home.reservations)
            if not 0 < int(last) <= len(macs):
                return refusal(404, "id", "Unknown")
            del self.home.reservations[macs[int(last) - 1]]
        return web.Response()


SIMULATOR = BboxSimulator

"""The simulated Freebox: pairing, sessions, rights, and what is read. What is written stands in ``takes``."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.freebox import tells
from tests.boxes.freebox.people import Refused
from tests.boxes.freebox.takes import Takes
from tests.boxes.home import Home, Host

MESSAGES = {
    "auth_required": "Vous devez vous connecter pour accéder à cette fonction",
    "invalid_token": "Erreur d'authentification de l'application",
    "insufficient_rights": "Cette application n'est pas autorisée à accéder à cette fonction",
    "nodev": "Interface invalide",
    "noent": "Entrée non trouvée",
    "exist": "Conflit avec une redirection existante",
    "ratelimited": "Trop d'erreurs d'authentification depuis votre adresse IP",
    "new_apps_denied": "Les nouvelles demandes d'association sont désactivées",
    "denied_from_external_ip": "Cette demande ne peut être faite que depuis le réseau local",
    "port_outside_range": "Port en dehors de la plage allouée",
}
AUTH = ("auth_required", "invalid_token", "pending_token", "insufficient_rights", "denied_from_external_ip",
        "ratelimited", "new_apps_denied", "apps_denied", "invalid_session")  # fmt: skip
MOST_FAILURES = 5
"""Refused logins from an address before it is made to wait. The real number is not documented."""


@dataclass
class Session:
    token: str
    left: int | None


@dataclass
class Track:
    token: str
    polls: int = 0
    status: str = "pending"
    asked: float = field(default_factory=time.monotonic)


class FreeboxSimulator(Simulator):
    """``panel``: what the display answers after ``panel_polls`` questions (granted, denied, timeout, unknown…)."""

    family = "freebox"
    port = 80

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        super().__init__(home, latency_s)
        self.major, self.minor = 14, 2
        self.model, self.named = "fbxgw8-r1/full", "Freebox v8 (r1)"
        self.panel, self.panel_polls = "granted", 2
        self.external, self.refuses_as, self.media = False, "", ""
        self.power_report, self.shared = True, True
        self.guests: list[Host] = []
        self.lte: bool | None = None  # 4G: None where the box has none, else whether it is attached
        self.rights = {"explorer": True, "calls": True, "downloader": True, "profile": True, "player": True}
        self.token = "simulated-token/" + "0123456789abcdef" * 3
        self.tokens = {self.token}
        self.tracks: dict[int, Track] = {}
        self.sessions: dict[str, Session] = {}
        self.challenge = secrets.token_urlsafe(24)
        self.failures = 0
        self.logins = self.logouts = 0
        self.takes = Takes(self)

    def permissions(self) -> dict[str, bool]:
        """As ticked in Freebox OS: ``settings`` is not among the ones given at pairing."""
        told = dict(self.rights)
        if self.major < 8:
            told["parental"] = told.pop("profile", False)
        return told | {"settings": self.home.settings_right}

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/api_version", self._version)
        app.router.add_route("*", "/api/v{major:\\d+}/{path:.*}", self._api)

    async def _version(self, request: web.Request) -> web.Response:
        return web.json_response(tells.api_version(self.home, f"{self.major}.{self.minor}", self.model, self.named))

    async def _api(self, request: web.Request) -> web.Response:
        asked = int(request.match_info["major"])
        path = request.match_info["path"]
        if asked > self.major:
            return self._error("invalid_request", 404)
        try:
            sent = json.loads(await request.text() or "{}")
        except json.JSONDecodeError:
            return self._error("invalid_request", 400)
        try:
            result = await self._answer(request, asked, path.rstrip("/"), sent)
        except Refused as refused:
            extra = {"missing_right": refused.right} if refused.right else {}
            return self._error(refused.code, 403 if refused.code in AUTH else 200, **extra)
        told: dict[str, Any] = {"success": True}
        if result is not None and result != []:  # an empty list is left out
            told["result"] = result
        return web.json_response(told)

    def _error(self, code: str, status: int, **extra: Any) -> web.Response:
        told: dict[str, Any] = {"success": False, "error_code": code, "msg": MESSAGES.get(code, code)} | extra
        if code in AUTH:
            told |= {
                "uid": self.refuses_as or self.home.uid,
                "result": {"password_salt": "h+fGwwhAlu3z", "challenge": self.challenge},
            }
        return web.json_response(told, status=status)

    async def _answer(self, request: web.Request, major: int, path: str, sent: Any) -> Any:
        opened = self._login_calls().get((request.method, path.split("/")[1] if "/" in path else path))
        if path.startswith("login") and opened is not None:
            return await opened(request, path, sent)
        self._session(request)
        if request.method == "GET":
            return self._read(major, path)
        return self.takes.take(request.method, major, path, sent)

    def _login_calls(self) -> dict[tuple[str, str], Callable[[web.Request, str, Any], Awaitable[Any]]]:
        return {
            ("POST", "authorize"): self._authorize,
            ("GET", "authorize"): self._progress,
            ("GET", "login"): self._hand_challenge,
            ("POST", "session"): self._open,
            ("POST", "logout"): self._logout,
        }

    async def _authorize(self, request: web.Request, path: str, sent: Any) -> Any:
        if self.external:
            raise Refused("denied_from_external_ip")
        if not self.home.pairing_enabled:
            raise Refused("new_apps_denied")
        if not all(sent.get(key) for key in ("app_id", "app_name", "app_version", "device_name")):
            raise Refused("invalid_request")
        number, token = 42 + len(self.tracks), secrets.token_urlsafe(48)
        self.tracks[number] = Track(token)
        return {"app_token": token, "track_id": number}

    async def _progress(self, request: web.Request, path: str, sent: Any) -> Any:
        track = self.tracks.get(int(path.split("/")[-1]))
        if track is None:
            return {"status": "unknown", "challenge": self.challenge}
        track.polls += 1
        if track.polls > self.panel_polls:
            track.status = self.panel
        if track.status == "granted":
            self.tokens.add(track.token)
        return {"status": track.status, "challenge": self.challenge}

    async def _hand_challenge(self, request: web.Request, path: str, sent: Any) -> Any:
        self.challenge = secrets.token_urlsafe(24)
        return {"logged_in": False, "challenge": self.challenge}

    async def _open(self, request: web.Request, path: str, sent: Any) -> Any:
        self.logins += 1
        if self.failures >= MOST_FAILURES:
            raise Refused("ratelimited")
        challenge, self.challenge = self.challenge, secrets.token_urlsafe(24)
        right = {hmac.new(each.encode(), challenge.encode(), hashlib.sha1).hexdigest() for each in self.tokens}
        if sent.get("password") not in right:
            self.failures += 1
            raise Refused("invalid_token")
        session = Session(secrets.token_urlsafe(48), self.home.expire_after)
        self.sessions[session.token] = session
        return {"session_token": session.token, "challenge": self.challenge, "permissions": self.permissions()}

    async def _logout(self, request: web.Request, path: str, sent: Any) -> Any:
        self.logouts += 1
        self.sessions.pop(request.headers.get("X-Fbx-App-Auth", ""), None)
        return None

    def _session(self, request: web.Request) -> None:
        session = self.sessions.get(request.headers.get("X-Fbx-App-Auth", ""))
        if session is None:
            raise Refused("auth_required")
        if session.left is not None:
            session.left -= 1
            if session.left < 0:
                del self.sessions[session.token]
                raise Refused("auth_required")

    def need(self, right: str) -> None:
        if not self.permissions().get(right):
            raise Refused("insufficient_rights", right)

    def _read(self, major: int, path: str) -> Any:
        home = self.home
        if path.startswith("lan/browser") and home.bridge:
            raise Refused("nodev")
        flat: dict[str, Callable[[], Any]] = {
            "system": lambda: tells.system(home, major, self.model),
            "connection": lambda: tells.connection(home) | ({"media": self.media} if self.media else {}),
            "connection/ipv6/config": lambda: tells.ipv6(home),
            "connection/logs": lambda: tells.logs(home, time.time()),
            "connection/xdsl": lambda: tells.xdsl(home, major),
            "connection/ftth": lambda: tells.ftth(home, self.power_report),
            "lan/config": lambda: {"mode": "bridge" if home.bridge else "router", "ip": home.address},
            "lan/browser/interfaces": lambda: [
                {"name": "pub", "host_count": 5},
                {"name": "wifiguest", "host_count": 0},
            ],
            "lan/browser/pub": lambda: [tells.lan_host(home, each, major, self._plan(each.mac)) for each in home.hosts],
            "lan/browser/wifiguest": lambda: [tells.lan_host(home, each, major, None) for each in self.guests],
            "switch/status": self._switch,
            "phone": lambda: [{"id": 1, "type": "fxs", "on_hook": True, "hardware_defect": False, "is_ringing": False}],
            "fw/incoming": self._incoming,
            "upnpigd/redir": self._by_programs,
        }
        if path in flat:
            return flat[path]()
        if path == "update" and major >= 11:
            return {"state": "upgrading" if home.updating else "auto_up_to_date"}
        if path == ("connection/lte/backup" if major >= 10 else "connection/lte/config") and self.lte is not None:
            return tells.lte(self.lte)
        if path.startswith("wifi/"):
            return self._read_wifi(major, path)
        if path.startswith("player"):
            return self._read_player(major, path)
        return self.takes.told(major, path)

    def _plan(self, mac: str) -> Any:
        return next((plan for plan in self.home.plans if mac.lower() in [each.lower() for each in plan.macs]), None)

    def _switch(self) -> list[dict[str, Any]]:
        return [
            {"id": 1, "link": "up", "duplex": "full", "speed": "1000", "mode": "1000BaseT-FD"},
            {"id": 2, "link": "up", "duplex": "half", "speed": "100", "mode": "100BaseTX-HD"},
            {"id": 3, "link": "down", "duplex": "half", "speed": "10", "mode": "10BaseT-HD"},
        ]

    def _incoming(self) -> list[dict[str, Any]]:
        first, last = self.home.line.ports
        told = {"netns": "init", "min_port": first, "max_port": last}
        return [
            {"id": "https", "enabled": True, "active": True, "type": "tcp", "in_port": 44301} | told,
            {"id": "http", "enabled": False, "active": False, "type": "tcp", "in_port": 80} | told,
            {"id": "ipsec_ike", "enabled": True, "active": False, "type": "udp", "in_port": 500} | told,
        ]

    def _by_programs(self) -> list[dict[str, Any]]:
        return [
            {"id": f"0.0.0.0-{each.external}-{each.protocol}", "enabled": each.enable, "proto": each.protocol,
             "desc": each.description, "remaining": 3600, "ext_src_ip": "0.0.0.0", "int_port": each.internal,
             "int_ip": each.client, "ext_port": each.external}
            for each in self.home.forwards if each.origin == "upnp"
        ]  # fmt: skip

    def _read_wifi(self, major: int, path: str) -> Any:
        home, parts = self.home, path.split("/")
        if path == "wifi/config":
            return {"enabled": home.wifi_enable, "mac_filter_state": "disabled"}
        if parts[1] == "bss":
            keys = bool(self.permissions().get("settings"))
            return [tells.bss(each, major, self.shared, keys) for each in home.ssids if not each.guest]
        if parts[1] == "ap" and len(parts) == 2:
            return [tells.access_point(each, home.wifi_enable) for each in home.radios]
        if parts[1] == "ap":
            radio = next((each for each in home.radios if str(tells.RADIO_IDS[each.band]) == parts[2]), None)
            if radio is None:
                raise Refused("nodev")
            if len(parts) == 3:
                return tells.access_point(radio, home.wifi_enable)
            if parts[3] == "allowed_channel_comb":
                return tells.combinations(radio)
            band = tells.BANDS[radio.band]
            heard = [each for each in home.hosts if each.active and tells.LAYERS.get(each.layer) == band]
            return [tells.station(each) for each in heard] if parts[3] == "stations" else []
        return self.takes.told(major, path)

    def _read_player(self, major: int, path: str) -> Any:
        if major < 6:
            raise Refused("invalid_request")
        self.need("player")
        if path == "player":
            return [{"id": 11, "device_name": "Freebox Player", "stb_type": "stb_v7", "uid": "1" * 33,
                     "reachable": True, "api_version": "6.0", "api_available": True}]  # fmt: skip
        return {"power_state": "running" if self.home.tv_up else "standby"}

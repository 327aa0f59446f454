"""A simulated SFR Box: REST API 1.0 as the specification and public clients' records tell it.

Manners kept: failures with HTTP 200; tokens with two lives (5 s or 5 min to be made valid, 10 min after), at most 64;
base64 tokens on Box 10+; a button; numbers as text and "" for none; methods that a model lacks answer 112; the broken
``dsl.getInfo`` of cable firmware; zeros for the telephone line of a fibre box; error 120 during an update.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.sfr.says import ENC, NB6VAC, Answer, Model, Says, tag

MAX_TOKENS = 64


class Failure(Exception):
    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message


@dataclass
class Token:
    born: float
    valid: bool = False
    private_requests: int = 0


@dataclass(frozen=True)
class Method:
    verb: str
    private: bool
    run: Callable[..., Answer]
    needs: tuple[str, ...] = ()


@dataclass
class Manners:
    """What a test may change. ``auth``: passwd, button, all. ``open_when_disabled``: as the specification says."""

    auth: str = "all"
    open_when_disabled: bool = True
    pressed: bool = False
    ended: int = 115
    refused_logins: int = 0
    clock: Callable[[], float] = time.monotonic
    lacks: set[str] = field(default_factory=set)


class SfrBox(Says, Simulator):
    family = "sfr"

    def __init__(self, home: Home | None = None, latency_s: float = 0.0, model: Model = NB6VAC) -> None:
        super().__init__(home, latency_s)
        self.model = model
        self.manners = Manners()
        self.tokens: dict[str, Token] = {}
        self.methods = self._methods()

    def press(self) -> None:
        self.manners.pressed = True

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/1.0/", self._api)

    async def _api(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        try:
            inside = self._answer(request.method, dict(request.query), form)
            text = f'<rsp stat="ok" version="1.0">\n{inside}\n</rsp>'
        except Failure as failure:
            inside = tag("err", {"code": failure.code, "msg": failure.message})
            text = f'<rsp stat="fail" version="1.0">\n{inside}\n</rsp>'
        return web.Response(text=f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', content_type="text/xml")

    def _answer(self, verb: str, query: dict[str, str], form: dict[str, str]) -> Answer:
        if self.home.updating:
            raise Failure(120, "The BOX is being upgraded")
        name = query.pop("method", "")
        method = self.methods.get(name)
        if method is None or method.verb != verb or name in self.manners.lacks:
            raise Failure(112, "Method not found")
        token = query.pop("token", form.pop("token", None))
        if name == "auth.checkToken":
            return self._check(token, query.get("hash"))
        if method.private:
            self._let_in(token)
        missing = [key for key in method.needs if key not in form]
        if missing:
            raise Failure(113, "Need argument(s)")
        return method.run(*(form[key] for key in method.needs))

    def _let_in(self, token: str | None) -> None:
        if not self.home.pairing_enabled:
            if self.manners.open_when_disabled:
                return
            raise Failure(115, "Authentification needed")
        known = self.tokens.get(token or "")
        if token is None:
            raise Failure(115, "Authentification needed")
        if known is None or not known.valid:
            raise Failure(116, "Invalid authentification")
        known.private_requests += 1
        old = self.manners.clock() - known.born > 600
        if old or (self.home.expire_after is not None and known.private_requests > self.home.expire_after):
            del self.tokens[token]
            raise Failure(self.manners.ended, "Authentification needed")

    def _get_token(self) -> Answer:
        if not self.home.pairing_enabled:
            raise Failure(205, "Authentification disabled")
        now = self.manners.clock()
        self.tokens = {text: token for text, token in self.tokens.items() if now - token.born < 600}
        if len(self.tokens) >= MAX_TOKENS:
            raise Failure(201, "Too many sessions")
        text = secrets.token_hex(20)
        if self.model.base64_tokens:
            text = base64.b64encode(b"\xfb\xff\xbf" + secrets.token_bytes(27)).decode()  # begins "+/+/"
        self.tokens[text] = Token(now)
        self.manners.pressed = False
        return tag("auth", {"token": text, "method": self.manners.auth})

    def _check(self, token: str | None, proof: str | None) -> Answer:
        if not self.home.pairing_enabled:
            raise Failure(205, "Authentification disabled")
        known = self.tokens.get(token or "")
        if known is None or token is None:
            raise Failure(201, "Invalid session")
        age = self.manners.clock() - known.born
        if age > (5 if proof is not None else 300):
            del self.tokens[token]
            raise Failure(202, "Pre-Session timeout")
        if proof is not None:
            if self.manners.auth == "button" or not hmac.compare_digest(proof, self._proof(token)):
                self.manners.refused_logins += 1
                raise Failure(204, "Invalid login and/or password")
        elif self.manners.auth == "passwd" or not self.manners.pressed:
            raise Failure(203, "Push button not pressed")
        known.valid = True
        return tag("auth", {"token": token})

    def _proof(self, token: str) -> str:
        def one(text: str) -> str:
            return hmac.new(token.encode(), hashlib.sha256(text.encode()).hexdigest().encode(), "sha256").hexdigest()

        return one("admin") + one(self.home.password)

    def _methods(self) -> dict[str, Method]:
        get, post = "GET", "POST"
        found = {
            "auth.getToken": Method(get, False, self._get_token),
            "auth.checkToken": Method(get, False, lambda: ""),
            "system.getInfo": Method(get, False, self._system),
            "system.reboot": Method(post, True, self._reboot),
            "wan.getInfo": Method(get, False, self._wan),
            "dsl.getInfo": Method(get, False, self._dsl),
            "ftth.getInfo": Method(get, False, self._ftth),
            "lan.getInfo": Method(get, False, self._lan),
            "lan.getHostsList": Method(get, False, self._hosts),
            "voip.getInfo": Method(get, True, self._voip),
            "wlan.getInfo": Method(get, True, lambda: self._wlan("2.4")),
            "wlan.enable": Method(post, True, lambda: self._switch(True)),
            "wlan.disable": Method(post, True, lambda: self._switch(False)),
        }
        radios = {"wlan": "2.4"} | ({"wlan5": "5"} if "wlan5" in self.model.has else {})
        for space, band in radios.items():
            found |= self._radio_methods(space, band)
        if "ont" in self.model.has:
            found["ont.sync"] = Method(post, False, lambda: "")
            found["ont.getInfo"] = Method(get, False, self._ont)
        if "guest" in self.model.has:
            found |= self._guest_methods()
        return found

    def _radio_methods(self, space: str, band: str) -> dict[str, Method]:
        def setter(name: str) -> Callable[[str], Answer]:
            def run(value: str) -> Answer:
                setattr(self._ssid(band), name, value)
                return ""

            return run

        def protect(enc: str) -> Answer:
            words = {theirs: ours for ours, theirs in ENC.items()}
            if enc not in words:
                raise Failure(114, "Invalid argument(s)")
            self._ssid(band).security = words[enc]
            return ""

        return {
            f"{space}.getInfo": Method("GET", True, lambda: self._wlan(band)),
            f"{space}.setChannel": Method("POST", True, lambda value: self._channel(band, value), ("channel",)),
            f"{space}.setWlanMode": Method("POST", True, lambda value: self._mode(band, value), ("mode",)),
            f"{space}.setWl0Ssid": Method("POST", True, setter("ssid"), ("ssid",)),
            f"{space}.setWl0Wpakey": Method("POST", True, setter("key"), ("wpakey",)),
            f"{space}.setWl0Enc": Method("POST", True, protect, ("enc",)),
        }

    def _guest_methods(self) -> dict[str, Method]:
        def setter(name: str, value: object = None) -> Callable[..., Answer]:
            def run(*told: str) -> Answer:
                setattr(self.home.guest, name, told[0] if told else value)
                return ""

            return run

        return {
            "guest.getInfo": Method("GET", True, self._guest),
            "guest.enable": Method("POST", True, setter("enable", True)),
            "guest.disable": Method("POST", True, setter("enable", False)),
            "guest.setSsid": Method("POST", True, setter("ssid"), ("ssid",)),
            "guest.setWpakey": Method("POST", True, setter("key"), ("wpakey",)),
        }

    def _switch(self, on: bool) -> Answer:
        self.home.radios[0].enable = on
        return ""

    def _channel(self, band: str, value: str) -> Answer:
        radio = next(radio for radio in self.home.radios if radio.band == band)
        if value == "auto" and band == "5":
            radio.channel = 0
            return ""
        if not value.isdigit() or (band == "2.4" and not 1 <= int(value) <= 13):
            raise Failure(114, "Invalid argument(s)")
        radio.channel = radio.current = int(value)
        return ""

    def _mode(self, band: str, value: str) -> Answer:
        if band == "2.4":
            self.radio_mode = value
        else:
            self.radio5_mode = value
        return ""

    def _reboot(self) -> Answer:
        self.home.reboot_asked += 1
        self.home.up_time = 0
        return ""

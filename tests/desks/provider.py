"""An OpenID provider and a register of installs on loopback: they check what a strict one would check."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from selfcare.desks.register import GRANT, canonical


def unpad(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def jwt(claims: dict[str, Any]) -> str:
    parts = [json.dumps(one).encode() for one in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."


@dataclass
class Provider:
    """``say_no``: the person declines. ``wrong``: what it does wrong. ``asked``, ``forms``: what it was asked."""

    client: str = "selfcare"
    wrong: str = ""
    code: str = "271828"
    refreshes: int = 0
    stolen: bool = False
    tokens: int = 0
    mails: list[str] = field(default_factory=list)
    installs: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    forms: list[dict[str, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    url: str = ""

    async def __aenter__(self) -> Provider:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_post("/token", self._token)
        app.router.add_post("/register/installs", self._install)
        app.router.add_post("/register/installs/{name}/confirmation", self._confirm)
        app.router.add_post("/register/token", self._by_key)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_of: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self._runner.cleanup()

    async def _discovery(self, _request: web.Request) -> web.Response:
        told: dict[str, Any] = {
            "issuer": "https://other.example" if self.wrong == "issuer" else self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": "http://far.example/token" if self.wrong == "plain" else f"{self.url}/token",
        }
        if self.wrong == "no_pkce":
            told["code_challenge_methods_supported"] = ["plain"]
        if self.wrong == "no_iss":  # it says that it names itself, and does not: somebody else's answer
            told["authorization_response_iss_parameter_supported"] = True
        return web.json_response(told)

    def consent(self, address: str) -> str:
        """What a browser is sent back to after the person agreed at the page."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        assert asked["client_id"] == self.client and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
        self.asked = asked
        named = "" if self.wrong == "no_iss" else f"&iss={self.url}"
        return f"{asked['redirect_uri']}?code=abc&state={asked['state']}{named}"

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.forms.append({name: str(value) for name, value in form.items()})
        if form["grant_type"] == "refresh_token":
            self.refreshes += 1
            if self.wrong == "revoked":
                return web.json_response({"error": "invalid_grant"}, status=400)
            fresh = {"access_token": f"again-{self.refreshes}", "expires_in": 60}
            if self.wrong == "rotating":  # a refresh token is good once; used twice, it was stolen
                self.stolen = self.stolen or form["refresh_token"] != (
                    f"r{self.refreshes - 1}" if self.refreshes > 1 else "r"
                )
                if self.stolen:
                    return web.json_response({"error": "invalid_grant"}, status=400)
                await asyncio.sleep(0.05)
                fresh["refresh_token"] = f"r{self.refreshes}"
            return web.json_response(fresh)
        proof = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        right = base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == self.asked["code_challenge"]
        if not right or form["code"] != "abc" or form["redirect_uri"] != self.asked["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        nonce = "other" if self.wrong == "nonce" else self.asked["nonce"]
        body: dict[str, Any] = {
            "access_token": "first",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": "r",
        }
        body["id_token"] = jwt({"iss": self.url, "aud": self.client, "nonce": nonce, "sub": "zoe"})
        if self.wrong == "token":
            body["access_token"] = "a\r\nX: y"
        return web.json_response(body)

    async def _install(self, request: web.Request) -> web.Response:
        body = await request.json()
        signature = base64.b64decode(body.pop("signature"))
        public = base64.b64decode(body["public_key"])
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(body))
        except InvalidSignature:
            return web.Response(status=403)
        name = hashlib.sha256(public).hexdigest()[:12] + "/é"  # a name that has to be quoted
        self.installs.setdefault(name, {"public": public, "confirmed": False, "left": 3})
        self.mails.append(body["mail"])
        return web.json_response({"install": name}, status=202)

    async def _confirm(self, request: web.Request) -> web.Response:
        one = self.installs.get(request.match_info["name"])
        if one is None or one["left"] <= 0:
            return web.Response(status=410)
        if (await request.json())["code"] != self.code:
            one["left"] -= 1
            return web.Response(status=403)
        one["confirmed"] = True
        return web.Response(status=204)

    async def _by_key(self, request: web.Request) -> web.Response:
        form = await request.post()
        head, body, signature = str(form["assertion"]).split(".")
        claims = json.loads(unpad(body))
        one = self.installs.get(claims["iss"])
        try:
            assert form["grant_type"] == GRANT and one is not None and one["confirmed"]
            assert claims["aud"] == f"{self.url}/register/token" and claims["exp"] - time.time() <= 61
            assert claims["jti"] not in self._seen
            Ed25519PublicKey.from_public_bytes(one["public"]).verify(unpad(signature), f"{head}.{body}".encode())
        except (AssertionError, InvalidSignature):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self._seen.add(claims["jti"])
        self.tokens += 1
        return web.json_response({"access_token": f"key-{self.tokens}", "token_type": "Bearer", "expires_in": 600})

"""An OpenID provider on loopback that checks what a strict one checks, and does one thing wrong where it is told to."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT = "desk"


@dataclass
class Strict:
    """``wrong``: what it does wrong. ``claims``: of whoever consents; of ``person`` UserInfo alone tells.

    ``ways``: how it takes ``secret`` ("": nothing is said of it), ``way``: what this client is to use of them.
    ``asked``: what the browser was sent with last.
    """

    wrong: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    secret: str = ""
    ways: tuple[str, ...] = ()
    way: str = "client_secret_basic"
    asked: dict[str, str] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "42", "preferred_username": "zoe", "name": "Zoé",
                                                            "groups": ["desk-leads"]})  # fmt: skip
    url: str = ""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._key, self._other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    async def __aenter__(self) -> Strict:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        app.router.add_get("/me", self._me)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_of: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self._runner.cleanup()

    async def _discovery(self, _request: web.Request) -> web.Response:
        plain = "http://far.example/token" if self.wrong == "plain" else f"{self.url}/token"
        issuer = "https://other.example" if self.wrong == "issuer" else self.url
        return web.json_response({
            "issuer": issuer, "authorization_endpoint": f"{self.url}/authorize", "token_endpoint": plain,
            "jwks_uri": f"{self.url}/keys", "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **({"userinfo_endpoint": f"{self.url}/me"} if self.person else {}),
            **({"token_endpoint_auth_methods_supported": list(self.ways)} if self.ways else {}),
        })  # fmt: skip

    async def _keys(self, _request: web.Request) -> web.Response:
        told = jwt.algorithms.ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**told, "kid": "one", "use": "sig"}]})

    def consent(self, address: str) -> str:
        """The path and query that a browser is sent back to."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}
        self.asked = asked
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
        assert "openid" in asked["scope"].split() and len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.url}
        if self.wrong == "no_iss":
            del told["iss"]
        if self.wrong == "other_iss":
            told["iss"] = "https://other.example"
        if self.wrong == "state":
            told["state"] = "x" * 43
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(told)}"

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.secret and not self._known(request.headers.get("Authorization", ""), form):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self._codes.pop(str(form["code"]), None)
        proof = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        right = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        good = asked is not None and asked["code_challenge"] == right and form.get("client_id", CLIENT) == CLIENT
        if not good or asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        return web.json_response({"access_token": "a", "token_type": "Bearer", "id_token": self._said(asked["nonce"])})

    def _known(self, header: str, form: Mapping[str, Any]) -> bool:
        """By one way and no other (RFC 6749, 2.3)."""
        if self.way == "client_secret_post":
            return not header and form.get("client_secret") == self.secret and form.get("client_id") == CLIENT
        kind, _, both = header.partition(" ")
        given = base64.b64decode(both).decode() if kind == "Basic" else ""
        return given == f"{quote_plus(CLIENT)}:{quote_plus(self.secret)}" and "client_secret" not in form

    async def _me(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer a":
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response({"sub": "43" if self.wrong == "userinfo" else self.claims["sub"], **self.person})

    def _said(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        changed = {
            "nonce": {"nonce": "other"}, "no_nonce": {"nonce": None}, "aud": {"aud": "another"},
            "iss_claim": {"iss": "https://other.example"}, "exp": {"exp": now - 300},
            "azp": {"aud": [CLIENT, "another"]},
        }  # fmt: skip
        claims |= changed.get(self.wrong, {})
        if self.wrong == "none":
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})
        if self.wrong == "hmac":  # signed with what everybody knows: the public key
            return jwt.encode(claims, b"x" * 32, algorithm="HS256", headers={"kid": "one"})
        key = self._other if self.wrong == "key" else self._key
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "two" if self.wrong == "kid" else "one"})

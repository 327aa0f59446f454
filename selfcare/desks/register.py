"""This install's own key, registered once with an operator that has no sign-in: confirmed by a code that comes by mail.

Requests under ``DeskEndpoint.register`` (JSON; the desk of this project answers them, others may):

- ``POST /installs`` ``{"public_key", "mail", "contract"?, "line_number"?, "at", "signature"}`` → 202 ``{"install"}``.
  ``public_key``: base64 of 32 bytes (Ed25519); ``signature``: over the canonical JSON of the rest, so that nobody
  registers a key that is not theirs. The same key again is the same install, and another code by mail.
- ``POST /installs/{install}/confirmation`` ``{"code"}`` → 204; 403: wrong; 410: too late or too often.
- ``POST /token``, a form of RFC 7523 (``jwt-bearer``): an assertion signed by the key (EdDSA, RFC 8037), good for a
  minute → ``{"access_token", "expires_in"}``.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode

from selfcare.desks.who import Token, Vault, given_token
from selfcare.desks.wire import Wire, segment
from selfcare.model.report import Reach
from selfcare.model.ticket import DeskError, Failure

MINUTE_S = 60
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LONGEST = 200
_SAID = {"desk_http_403": "register_code", "desk_http_410": "register_late", "desk_http_404": "register_late"}


class Key(Protocol):
    """What signs; see ``selfcare.ground.install_key``."""

    @property
    def public(self) -> bytes: ...  # noqa: D102

    def sign(self, data: bytes) -> bytes: ...  # noqa: D102


class Registration:
    """With one operator. ``profile`` names what the keyring has of it."""

    def __init__(self, base: str, profile: str, key: Key, vault: Vault) -> None:
        self._base, self._key, self._vault = base.rstrip("/"), key, vault
        self._name = f"desk-install:{profile}"

    async def stored(self) -> tuple[str, bool]:
        """The install's name with the operator ("" where there is none), and whether it is confirmed."""
        try:
            data = json.loads(await self._vault.get(self._name) or "{}")
            return str(data.get("install", "")), data.get("confirmed") is True
        except (ValueError, AttributeError):
            return "", False

    async def ask(self, reach: Reach) -> None:
        """Registers, or asks for another code.

        Raises:
            DeskError: not taken.
        """
        wanted = {"mail": reach.mail, "contract": reach.contract, "line_number": reach.line_number}
        body: dict[str, object] = {name: value for name, value in wanted.items() if value}
        body |= {"public_key": base64.b64encode(self._key.public).decode(), "at": int(time.time())}
        body["signature"] = base64.b64encode(self._key.sign(canonical(body))).decode()
        told = await self._post("/installs", body, frozenset({200, 201, 202}))
        name = told.get("install") if isinstance(told, dict) else None
        if not isinstance(name, str) or not 0 < len(name) <= _LONGEST:
            raise DeskError(Failure.REFUSED, "register_answer")
        await self._vault.put(self._name, json.dumps({"install": name, "confirmed": False}))

    async def confirm(self, code: str) -> None:
        """With the code that came by mail; spaces and dashes in it do not matter.

        Raises:
            DeskError: ``register_code`` (wrong), ``register_late`` (ask for another), or not taken.
        """
        name, _ = await self.stored()
        if not name:
            raise DeskError(Failure.SIGN_IN, "register_late")
        try:
            plain = "".join(code.split()).replace("-", "")
            await self._post(f"/installs/{segment(name)}/confirmation", {"code": plain}, frozenset({200, 204}))
        except DeskError as error:
            if error.code in _SAID:
                raise DeskError(Failure.REFUSED, _SAID[error.code]) from error
            raise
        await self._vault.put(self._name, json.dumps({"install": name, "confirmed": True}))

    async def renewed(self, _token: Token) -> Token | None:
        """A token by this install's key; None where it is not confirmed, or no longer known.

        Raises:
            DeskError: nobody answers.
        """
        name, confirmed = await self.stored()
        if not confirmed:
            return None
        wire = Wire(self._base)
        form = urlencode({"grant_type": GRANT, "assertion": self.assertion(name)}).encode()
        try:
            return given_token((await wire.ask("POST", "/token", data=form, headers=_FORM)).json(), time.time())
        except DeskError as error:
            if error.failure in (Failure.REFUSED, Failure.SIGN_IN, Failure.GONE):
                return None
            raise DeskError(Failure.NOT_SENT, error.code) from error
        finally:
            await wire.close()

    def assertion(self, name: str) -> str:
        """A JWT (RFC 7519) that says who we are, to this operator, for a minute, once."""
        now = int(time.time())
        claims = {
            "iss": name, "sub": name, "aud": f"{self._base}/token", "iat": now, "exp": now + MINUTE_S,
            "jti": secrets.token_urlsafe(16),
        }  # fmt: skip
        text = f"{_part({'alg': 'EdDSA', 'typ': 'JWT'})}.{_part(claims)}"
        return f"{text}.{_plain(self._key.sign(text.encode()))}"

    async def _post(self, path: str, body: Mapping[str, object], good: frozenset[int]) -> object:
        wire = Wire(self._base)
        try:
            answer = await wire.ask("POST", path, json_body=body, good=good)
            return answer.json() if answer.body else {}
        except DeskError as error:
            # Both may be asked again without harm.
            raise DeskError(
                Failure.NOT_SENT if error.failure is Failure.UNKNOWN else error.failure, error.code
            ) from error
        finally:
            await wire.close()


def canonical(body: Mapping[str, object]) -> bytes:
    """What is signed: keys in order, no spaces, UTF-8."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _part(data: Mapping[str, object]) -> str:
    return _plain(canonical(data))


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

"""A real OpenID provider on loopback: npm's oidc-provider, which the OpenID Foundation has certified, under Node."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.deskserver.browser import Tab

VERSION = "9.13.3"
OWN = Path(f"~/.cache/selfcare-oidc-{VERSION}").expanduser()
PEOPLE: dict[str, dict[str, Any]] = {
    "zoe": {"name": "Zoé", "preferred_username": "zoe", "email": "zoe@isp.example", "groups": ["desk-leads"]},
    "ida": {"name": "Ida", "preferred_username": "ida", "email": "ida@isp.example", "groups": ["desk-admins"]},
    "max": {"name": "Max", "preferred_username": "max", "email": "max@isp.example", "groups": ["canteen"]},
}


def folder() -> Path:
    """Where it is installed; once, which needs a package registry."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node, which the real OpenID provider runs with, is not installed")
    if not (OWN / "ready").exists():
        OWN.mkdir(parents=True, exist_ok=True)
        wanted = ["npm", "install", "--prefix", str(OWN), "--no-audit", "--no-fund", f"oidc-provider@{VERSION}"]
        if subprocess.run(wanted, capture_output=True, check=False).returncode:
            pytest.skip("oidc-provider cannot be installed")
        (OWN / "ready").touch()
    return OWN


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def keys(name: str) -> dict[str, Any]:
    """A new signing key, as the provider keeps it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return {"keys": [{**jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True), "kid": name, "use": "sig"}]}


@dataclass
class Certified:
    """Its settings, as ``provider.mjs`` reads them; changed ones hold after the next :meth:`start`."""

    at: Path
    port: int = field(default_factory=free_port)
    told: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"{'https' if 'certificate' in self.told else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Anew, where it was there: nobody is signed in there any more."""
        self.stop()
        said = {"issuer": self.url, "port": self.port, "people": PEOPLE, "jwks": keys("one"), **self.told}
        path = self.at / "provider.json"
        path.write_text(json.dumps(said), encoding="utf-8")
        command = ["node", str(Path(__file__).with_name("provider.mjs")), str(folder()), str(path)]
        log = (self.at / "provider.log").open("a")
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        assert self._process.stdout is not None
        while (line := self._process.stdout.readline()) and line.strip() != "ready":
            pass
        assert line, (self.at / "provider.log").read_text()

    def knows(self, client: str, back: str, **more: Any) -> None:
        """A client that may come back to there."""
        self.told.setdefault("clients", []).append({
            "client_id": client, "redirect_uris": [back], "response_types": ["code"],
            "grant_types": ["authorization_code"], "id_token_signed_response_alg": "ES256", **more,
        })  # fmt: skip

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


def signed_in(tab: Tab, name: str) -> None:
    """At the provider's page: as whom they say; then wherever it leads."""
    tab.wait("input[name=login]")
    tab.type("input[name=login]", name)
    tab.type("input[name=password]", "anything")
    tab.leave_by("button[type=submit]")


@contextmanager
def certified(at: Path, **told: Any) -> Iterator[Certified]:
    """Not started: it has to be told of its clients first."""
    folder()
    found = Certified(at, told=told)
    try:
        yield found
    finally:
        found.stop()

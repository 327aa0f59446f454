"""A real Request Tracker 5 for a test: Debian's packages in a folder of the user's cache, never on the machine itself.

Made once (a minute or more, 700 MB), then kept. Each run lays a throw-away layer over it, in mount and process
namespaces of its own: nothing stays mounted, nothing goes on running, and every run begins with an empty RT.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.desks.rt_scenes import Place

RECIPE = 2  # raise it when the making changes
SUITE, MIRROR = "bookworm", "http://deb.debian.org/debian"
PACKAGES = ("request-tracker5", "rt5-db-sqlite", "rt5-standalone")
TOOLS = ("debootstrap", "unshare", "chroot", "mount")
ALONE = ("unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child")
SERVER = "/usr/share/request-tracker5/libexec/rt-server"
SETTINGS = "Set($MailCommand, 'testfile');\nSet($LogToSTDERR, 'error');\n1;\n"
"""Mail goes into a file that is thrown away."""
UP_S = 60.0
MAKING_S = 1500.0


class RtUnavailable(Exception):
    """Why there is no real RT here."""


def why_unavailable() -> str | None:
    """What this machine lacks; None: nothing that shows before it is tried."""
    if os.geteuid() != 0:
        return "a real Request Tracker needs root (a folder of its own as root directory)"
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return f"a real Request Tracker needs the programs {', '.join(missing)}" if missing else None


def cache_home() -> Path:
    return Path(os.environ.get("SELFCARE_RT_CACHE") or Path.home() / ".cache" / "selfcare-rt").resolve()


def ensure() -> Path:
    """The folder with RT in it (``root``, ``tokens.json``), made now if it is not there.

    Raises:
        RtUnavailable: not root, a program missing, packages out of reach.
    """
    if reason := why_unavailable():
        raise RtUnavailable(reason)
    home = cache_home()
    home.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(json.dumps([RECIPE, SUITE, PACKAGES, os.uname().machine]).encode()).hexdigest()[:16]
    target = home / f"rt-{key}"
    with (home / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not (target / "tokens.json").exists():
            _make(home, target)
    return target


def _make(home: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="making-", ignore_cleanup_errors=True) as name:
        root = Path(name) / "root"
        _run(["debootstrap", "--variant=minbase", SUITE, str(root), MIRROR])
        policy = root / "usr/sbin/policy-rc.d"  # no package may start a service
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        install = (
            f"apt-get install -y -q --no-install-recommends -o DPkg::Options::=--force-unsafe-io {' '.join(PACKAGES)}"
        )
        _inside(root, f"apt-get update -q && {install} && apt-get clean")
        (root / "etc/request-tracker5/RT_SiteConfig.d/99-selfcare.pm").write_text(SETTINGS)
        shutil.copy(Path(__file__).with_suffix(".pl"), root / "root/selfcare.pl")
        said = _inside(root, "perl /root/selfcare.pl")
        tokens = dict(line.split() for line in said.splitlines() if line.startswith(("abonne ", "root ")))
        (Path(name) / "tokens.json").write_text(json.dumps(tokens))
        Path(name).rename(target)
        Path(name).mkdir()  # what the temporary folder cleans up


def _inside(root: Path, command: str) -> str:
    """A shell command with this folder as its root; the mounts end with it."""
    script = 'mount -t proc proc "$0/proc" && hostname rt && exec chroot "$0" /usr/bin/env HOME=/root sh -c "$1"'
    return _run([*ALONE, "sh", "-c", script, str(root), command])


def _run(words: list[str]) -> str:
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=MAKING_S, check=False)
    except subprocess.TimeoutExpired:
        raise RtUnavailable(f"{words[0]} took more than {MAKING_S:.0f} s") from None
    if done.returncode:
        raise RtUnavailable(f"{words[0]} ended {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


@contextmanager
def running() -> Iterator[Place]:
    """An empty RT on loopback, gone afterwards.

    Raises:
        RtUnavailable: it cannot be made, or does not answer within ``UP_S``.
    """
    made = ensure()
    tokens = json.loads((made / "tokens.json").read_text())
    with tempfile.TemporaryDirectory(prefix="selfcare-rt-") as name, (Path(name) / "log").open("wb") as log:
        for folder in ("upper", "work", "root"):
            (Path(name) / folder).mkdir()
        port = _free_port()
        script = (
            'mount -t overlay overlay -o "lowerdir=$1,upperdir=$0/upper,workdir=$0/work" "$0/root" && '
            'mount -t proc proc "$0/root/proc" && hostname rt && '
            f'exec chroot "$0/root" {SERVER} --server Starlet --host 127.0.0.1 --port {port} --max-workers 4'
        )
        words = [*ALONE, "sh", "-c", script, name, str(made / "root")]
        process = subprocess.Popen(words, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            _wait(process, port, Path(name) / "log")
            yield Place(f"http://127.0.0.1:{port}", tokens["abonne"], tokens["root"])
        finally:
            process.kill()  # --kill-child: the whole process namespace ends with it, and the mounts
            process.wait(10)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + UP_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/REST/2.0/rt", timeout=10)
        except urllib.error.HTTPError as error:
            if error.code == 401:  # it asks who we are: it is up
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RtUnavailable(f"Request Tracker did not come up: {log.read_text(errors='replace')[-300:]}")

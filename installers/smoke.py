"""Builds the program with PyInstaller and starts what was built: ``python -m installers.smoke [FOLDER]``.

Prints sizes and times as JSON. With FOLDER the build is kept there.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from installers import smoke_box

ROOT = Path(__file__).parents[1]
NOBODY = 65534
QUESTION = "comment ouvrir un port"
LATE = (
    "aiohttp", "zeroconf", "zeroconf.asyncio", "keyring.backends.SecretService", "keyring.backends.kwallet",
    "async_upnp_client.client_factory", "fritzconnection.core.soaper", "cryptography.fernet", "defusedxml.ElementTree",
)  # fmt: skip
"""Modules that are imported only once a box is asked or a secret is kept."""


class SmokeError(RuntimeError):
    """The build, or a start of what was built, failed; the message says what it printed."""


@dataclass(frozen=True)
class Report:
    """Times in ms, sizes in MB (10^6 bytes)."""

    build_s: float
    size_mb: float
    files: int
    version: str
    version_ms: float
    probes: int
    crashed: list[str]
    boxes: dict[str, str]
    missing: list[str]
    guides: int
    asked: list[str]
    first_paint_ms: float
    ready_ms: float | None
    window_exit: int


def smoke(folder: Path) -> Report:
    """Builds into ``folder`` and starts the version, the list of probes and the window.

    Raises:
        SmokeError: something did not work.
    """
    started = time.monotonic()
    program = build(folder)
    build_s = time.monotonic() - started
    files = [path for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    started = time.monotonic()
    version = output(program, "--version")
    version_ms = (time.monotonic() - started) * 1000
    marks, code = window(program, folder)
    return Report(
        build_s=round(build_s, 1),
        size_mb=round(sum(path.stat().st_size for path in files) / 1e6, 1),
        files=len(files),
        version=version.strip(),
        version_ms=round(version_ms),
        probes=len(output(program, "probes").strip().splitlines()),
        crashed=crashed_probes(program),
        boxes=smoke_box.boxes(lambda words, typed: run(program, *words, typed=typed)),
        missing=smoke_box.missing(program, LATE),
        guides=len(json.loads(output(program, "guide", "list", "--json"))["guides"]),
        asked=[one["id"] for one in json.loads(output(program, "ask", QUESTION, "--json"))["results"]],
        first_paint_ms=marks["first_paint_ms"],
        ready_ms=marks.get("ready_ms"),
        window_exit=code,
    )


def build(folder: Path) -> Path:
    """The built program's path."""
    command = [sys.executable, "-m", "PyInstaller", str(ROOT / "installers/pyinstaller/selfcare.spec"), "--noconfirm"]
    command += ["--distpath", str(folder / "dist"), "--workpath", str(folder / "build"), "--log-level", "WARN"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SmokeError(done.stderr[-3000:])
    return folder / "dist" / "selfcare" / "selfcare"


def clean_environment(home: Path) -> dict[str, str]:
    """Nothing of the environment that built it may help the program to start, and it leaves no trace in ours."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TERM") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "SELFCARE_HOME": str(home / "selfcare"), **kept}


def crashed_probes(program: Path) -> list[str]:
    """Runs a check; a library imported late that the build forgot shows as a crash, whatever the network."""
    document = json.loads(output(program, "check", "--json", "--timeout", "10", allowed=(0, 1, 3)))
    return [item["id"] for item in document["measurements"] if item["outcome"] == "crashed"]


def output(program: Path, *arguments: str, allowed: tuple[int, ...] = (0,)) -> str:
    """What the program prints; its exit code must be among ``allowed``."""
    done = run(program, *arguments)
    if done.returncode not in allowed:
        raise SmokeError(f"{arguments}: exit code {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout


def run(program: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The program from start to end, with what is typed."""
    return subprocess.run(
        [str(program), *arguments], input=typed, env=clean_environment(program.parents[2] / "terminal"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def window(program: Path, folder: Path) -> tuple[dict[str, float], int]:
    """Opens the window without a screen until it is ready, as somebody without rights; its marks and exit code."""
    home = folder / "home"
    home.mkdir()
    timing = home / "timing.jsonl"
    command = [str(program)]
    if sys.platform != "win32" and os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
        command = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--", *command]
    environment = {
        **clean_environment(home),
        "SELFCARE_TIMING": str(timing),
        "SELFCARE_STARTED_AT": str(time.time()),
        "QT_QPA_PLATFORM": "offscreen",
    }
    with (folder / "window.log").open("w+") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        marks = wait_for_marks(process, timing)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
        log.seek(0)
        if "first_paint_ms" not in marks:
            raise SmokeError(f"the window never painted: exit code {code}\n{log.read()[-3000:]}")
    return marks, code


def wait_for_marks(process: subprocess.Popen[Any], timing: Path, limit_s: float = 30) -> dict[str, float]:
    """What the window has written once it is ready, has ended, or the time is over."""
    deadline = time.monotonic() + limit_s
    marks: dict[str, float] = {}
    while time.monotonic() < deadline and process.poll() is None and "ready_ms" not in marks:
        time.sleep(0.05)
        lines = timing.read_text().splitlines() if timing.exists() else []
        marks = {name: value for line in lines for name, value in json.loads(line).items()}
    return marks


def main() -> int:
    """Prints the report."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1]).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        print(json.dumps(asdict(smoke(folder)), indent=2))
        return 0
    with tempfile.TemporaryDirectory(prefix="selfcare-smoke-", dir="/tmp" if os.name == "posix" else None) as name:
        Path(name).chmod(0o755)  # the window is started as somebody else
        print(json.dumps(asdict(smoke(Path(name))), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

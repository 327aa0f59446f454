"""An operator: a folder, a settings' file, the commands as they are typed, and the real process that serves."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from selfcare.cli.main import main
from selfcare.wiring import build_services

ROOT = Path(__file__).parents[2]


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


@dataclass
class Served:
    """A process that listens. ``told``: what it wrote, line by line."""

    process: subprocess.Popen[str]
    url: str = ""
    told: list[str] = field(default_factory=list)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


def written(text: io.TextIOWrapper) -> str:
    assert isinstance(text.buffer, io.BytesIO)
    return text.buffer.getvalue().decode()


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@dataclass
class Operator:
    """``settings``: TOML after ``data``. ``port``: one that was free; ``scheme``: of its public address."""

    folder: Path
    settings: str = ""
    language: str = "en"
    env: Mapping[str, str] = field(default_factory=dict)
    scheme: str = "http"
    port: int = field(default_factory=lambda: free())

    @property
    def data(self) -> Path:
        return self.folder / "desk"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        path = self.folder / "desk.toml"
        own = f"data = {str(self.data)!r}\nport = {self.port}\nurl = {self.url!r}\n"
        path.write_text(own + self.settings, encoding="utf-8")
        return path

    def type(self, *words: str, stdin: bytes = b"") -> Said:
        """``selfcare desk WORDS --config …``, in this process."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        given = io.TextIOWrapper(io.BytesIO(stdin), "utf-8")
        line = ["desk", *words, "--config", str(self.config), "--lang", self.language]
        with redirect_stdout(out), redirect_stderr(err), patch("sys.stdin", given), patch.dict(os.environ, self.env):
            code = main(line, build_services)
        return Said(code, written(out), written(err))

    def line(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "selfcare", "desk", *words, "--config", str(self.config), "--lang", self.language]

    def begun(self) -> subprocess.Popen[str]:
        """``serve``, not waited for."""
        return subprocess.Popen(
            self.line("serve"), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env},
        )  # fmt: skip

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """The process, once it listens; killed at the end, where it still lives."""
        process = self.begun()
        try:
            yield listening(process, self.scheme)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)


def listening(process: subprocess.Popen[str], scheme: str = "http") -> Served:
    """Until it tells where."""
    served = Served(process)
    assert process.stdout is not None
    for line in process.stdout:
        served.told.append(line)
        if found := re.search(r"(127\.0\.0\.1|0\.0\.0\.0|localhost):(\d+) ?[;)]", line.partition("(")[2]):
            served.url = f"{scheme}://127.0.0.1:{found[2]}"
            break
    assert served.url, "".join(served.told)
    threading.Thread(target=served.told.extend, args=(process.stdout,), daemon=True).start()
    return served

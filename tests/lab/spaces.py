"""The namespaces of one lab, and running programs in them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab import mounts
from tests.lab.errors import LabError
from tests.lab.init import OWN_PROCESSES
from tests.lab.rootfs import Root

NETWORKS = ("core", "isp", "box", "pc", "guest")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = float(os.environ.get("SELFCARE_LAB_PATIENCE", "1"))
"""So many times as long is waited for whatever is started: a machine whose processor is reckoned needs it."""
_CD = 'cd "$0" && exec "$@"'


@dataclass(frozen=True, slots=True)
class Space:
    """One place a program can run in: a network and a view of the file system."""

    prefix: tuple[str, ...]

    def argv(self, command: Sequence[str], cwd: Path | str = "/") -> list[str]:
        return [*self.prefix, "sh", "-c", _CD, str(cwd), *command]

    def popen(self, command: Sequence[str], cwd: Path | str = "/", **options: Any) -> subprocess.Popen[Any]:
        return subprocess.Popen(self.argv(command, cwd), **options)

    def run(self, *command: str, text: str | None = None, check: bool = True, timeout: float = 30) -> str:
        """Standard output of a tool; it must succeed unless ``check`` is False."""
        done = subprocess.run(
            self.argv(command), input=text, capture_output=True, text=True, check=False, timeout=PATIENCE * timeout,
            env=tool_environment(),
        )  # fmt: skip
        if check and done.returncode:
            said = done.stderr.strip() or done.stdout.strip()
            raise LabError(f"{shlex.join(command)} ended with {done.returncode}: {said}")
        return done.stdout

    def ip(self, *lines: str) -> None:
        """Many ``ip`` commands in one process."""
        try:
            self.run("ip", "-batch", "-", text="\n".join(lines) + "\n")
        except LabError as error:
            number = str(error).rpartition("-:")[2]
            raise LabError(f"{error}: {lines[int(number) - 1] if number.isdigit() else ''}") from error

    def holds(self, path: str) -> bool:
        """Whether that file exists here."""
        return self.run("sh", "-c", f"test -e {shlex.quote(path)} && echo yes", check=False).strip() == "yes"

    def sysctl(self, values: Mapping[str, str | int]) -> None:
        lines = [f"echo '{value}' > /proc/sys/{key.replace('.', '/')}" for key, value in values.items()]
        self.run("sh", "-ec", "\n".join(lines))

    def nft(self, rules: str) -> None:
        self.run("nft", "-f", "-", text=rules)


def tool_environment() -> dict[str, str]:
    return {"PATH": PATH, "LC_ALL": "C.UTF-8", "HOME": "/root"}


class Spaces:
    """Makes the namespaces; they live as long as this object's pipe to their first process."""

    def __init__(self, root: Root, *, connectivity_check: bool = True, owner: str = "networkmanager") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("init.py"))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        scripts = mounts.scripts(root, connectivity_check=connectivity_check, owner=owner)
        spec = {"networks": NETWORKS, "scripts": scripts}
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(spec) + "\n")
        self.process.stdin.flush()
        self.pid = int(self._answer()["pid"])
        self.held: dict[str, int] = self._answer()["held"]
        self.net, self.core, self.isp, self.box = (self.space(name) for name in ("net", "core", "isp", "box"))
        self.guest = self.space("guest")  # another machine of the home, for the steps that need one
        self.pc, self.user = self.space("pc", "pc"), self.space("pc", "user")

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the first process of the lab died"}
        if "error" in answer:
            self.close()
            raise LabError(str(answer["error"]))
        return answer

    def space(self, network: str, files: str = "base") -> Space:
        held = f"/proc/{self.pid}/fd"
        net, mnt = self.held[f"net.{network}"], self.held[f"mnt.{files}"]
        pids = ("--pid",) if OWN_PROCESSES else ()
        flags = (*pids, "--uts", "--ipc", f"--net={held}/{net}", f"--mount={held}/{mnt}")
        return Space(("nsenter", f"--target={self.pid}", *flags, "--"))

    def inside(self, network: str) -> str:
        """The path by which programs of the lab find a network."""
        return f"/proc/{1 if OWN_PROCESSES else self.pid}/fd/{self.held[f'net.{network}']}"

    def path(self, name: str) -> Path:
        """A file of the lab's shared folder, as seen from outside."""
        return Path(f"/proc/{self.pid}/root{mounts.SHARED}/{name}")

    def close(self) -> None:
        """Ends every process of the lab; networks and mounts go with them."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def child_of(pid: int) -> int | None:
    """The process an ``nsenter`` stands for (it stays in between, outside the lab's process namespace)."""
    if not OWN_PROCESSES:
        return pid
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                return int(entry.name)
    return None

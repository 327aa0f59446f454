"""A real PostgreSQL in a temporary folder: one per session (and worker), a fresh migrated database per test.

Its server refuses to run as root: then it runs as another user of the system. It listens on a socket in its folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from selfcare.deskserver.migrations.run import migrate

USERS = ("postgres", "nobody")
START_S = 30.0
ROOM = 2 * 1024**3  # bytes of memory that a round of tests may take
databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, or None where it is not installed."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if newest:
        return newest[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


class Cluster:
    """``durable``: it waits for the disk, as in production; tests that only ask questions need not."""

    def __init__(self, bin_: Path, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desk-pg-", dir=None if durable else _memory()))
        self._bin, self._user, self._numbers = bin_, _user(), count()
        self._process: subprocess.Popen[bytes] | None = None
        self._lines = (
            [] if durable else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        )
        if self._user:
            os.chown(self.folder, *_ids(self._user))
        self._run(bin_ / "initdb", "-D", self.folder / "data", "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C",
                  "--no-sync", "--no-instructions")  # fmt: skip
        self.start()

    def _run(self, *words: object) -> None:
        done = subprocess.run(
            [str(word) for word in words], user=self._user, cwd=self.folder, capture_output=True, timeout=120
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])

    def start(self) -> None:
        words = [self._bin / "postgres", "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses="]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in words] + self._lines + ["-c", "shared_buffers=64MB", "-c", "max_connections=60"],
                user=self._user, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self._words("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.02)

    def _words(self, name: str) -> str:
        return f"host={self.folder} user=desk dbname={name}"

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://desk@/{name}?host={self.folder}"

    def fresh(self, template: str = "migrated") -> str:
        """The URL of a database of its own."""
        name = f"t{next(self._numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def ask(self, line: str) -> None:
        with psycopg.connect(self._words("postgres"), autocommit=True) as connection:
            connection.execute(line)

    def kill(self) -> None:
        """As a power cut: the server and all its children, at once. Only those it started itself."""
        assert self._process is not None
        mine = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        self._process.kill()
        for child in mine:
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait(10)

    def close(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it
        self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def _memory() -> Path | None:
    """Where nothing is written to a disk: a database for each test is 9 MB, and removing all of them took 13 s."""
    there = Path("/dev/shm")
    return there if there.is_dir() and shutil.disk_usage(there).free > ROOM else None


def _user() -> str | None:
    """Another user than root, where we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in USERS if name in known)


def _ids(user: str) -> tuple[int, int]:
    entry = pwd.getpwnam(user)
    return entry.pw_uid, entry.pw_gid


def cluster_or_skip(durable: bool = False) -> Cluster:
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed")
    return Cluster(found, durable)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One for all tests, with a migrated database to copy."""
    cluster = cluster_or_skip()
    try:
        cluster.ask("CREATE DATABASE migrated")
        migrate(cluster.url("migrated"))
        yield cluster
    finally:
        cluster.close()


@pytest.fixture
def postgres_url(postgres: Cluster) -> str:
    """A fresh, migrated database."""
    return postgres.fresh()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A URL; with ``@databases`` of each kind. SQLite's is empty, PostgreSQL's migrated: ``open_desk`` takes both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path / 'desk.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url

"""Secrets: in the system's keyring, or where there is none in an encrypted file, which the caller then has to say.

The keyring library is imported at the first use (it probes its backends, some 100 ms), and every call into it runs in
a thread with a deadline: a keyring that waits for a password nobody types must not hold up anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from selfcare.boxes.secret import Secret
from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.ground.folders import ensure

SERVICE = "selfcare"
READ_S = 4.0
"""Seconds for reading: a check waits for it."""
WRITE_S = 30.0
"""Seconds for storing: the system may ask the person to unlock the keyring."""
_MAX_BYTES = 64 * 1024
_KEY_FILE = "key"
_log = logging.getLogger(__name__)
T = TypeVar("T")


class SecretsError(SelfcareError):
    """``keyring_silent``, ``keyring_failed``, ``secret_corrupt`` (with ``path``) or a failure of the disk's."""


class Where(StrEnum):
    """Where a secret lies. Of ``FILE`` the subscriber is told: who can read this user's files can read it."""

    KEYRING = "keyring"
    FILE = "file"


class Backend(Protocol):
    """What is used of a keyring."""

    def get_password(self, service: str, username: str) -> str | None: ...  # noqa: D102
    def set_password(self, service: str, username: str, password: str) -> None: ...  # noqa: D102
    def delete_password(self, service: str, username: str) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a secret was put. ``set_aside``: an unreadable older one was in the way and is kept under this name."""

    where: Where
    set_aside: Path | None = None


def system_keyring() -> Backend | None:
    """The system's own keyring; None where there is none (headless), or only one that stores plain text."""
    import keyring
    from keyring.backends import chainer, fail, null

    chosen = keyring.get_keyring()
    candidates = list(chosen.backends) if isinstance(chosen, chainer.ChainerBackend) else [chosen]
    for candidate in candidates:
        # Backends of other packages (keyrings.alt) may be files in plain text.
        ours = type(candidate).__module__.startswith("keyring.backends.")
        if ours and not isinstance(candidate, fail.Keyring | null.Keyring):
            return candidate
    return None


class SecretStore:
    """Secrets by name. Blocking (for at most the limits above): front ends call it in a thread."""

    def __init__(self, folder: Path, backend: Callable[[], Backend | None] = system_keyring) -> None:
        self._folder = folder / "secrets"
        self._make, self._made = backend, False
        self._backend: Backend | None = None
        self.read_s, self.write_s = READ_S, WRITE_S

    def put(self, name: str, secret: Secret) -> Kept:
        """Stores it in the keyring, else in the file; what was there under this name is replaced.

        Raises:
            SelfcareError: neither works.
        """
        try:
            backend = self._keyring(self.write_s)
            if backend is not None:
                _bounded(lambda: backend.set_password(SERVICE, name, secret.reveal()), self.write_s)
                self._remove_file(name)  # it would be read before the keyring
                return Kept(Where.KEYRING)
        except SecretsError as error:
            _log.warning("the keyring does not take secrets: %s", error.code)
        return self._put_file(name, secret)

    def get(self, name: str) -> Secret | None:
        """The secret, or None where there is none.

        Raises:
            SecretsError: there may be one, but it cannot be had.
        """
        found = self._get_file(name)
        if found is not None:
            return found
        backend = self._keyring(self.read_s)
        if backend is None:
            return None
        text = _bounded(lambda: backend.get_password(SERVICE, name), self.read_s)
        return Secret(text) if text else None

    def warm(self, where: Where) -> None:
        """Gets ready what the next :meth:`get` needs: libraries that take 50 to 100 ms to import. No secret is read."""
        if where is Where.FILE:
            importlib.import_module("cryptography.fernet")
            return
        with contextlib.suppress(SecretsError):
            self._keyring(self.read_s)

    def delete(self, name: str) -> None:
        """Takes it away wherever it lies; nothing there is no error.

        Raises:
            SelfcareError: it is there and cannot be taken away.
        """
        self._remove_file(name)
        backend = self._keyring(self.read_s)
        if backend is not None and _bounded(lambda: backend.get_password(SERVICE, name), self.read_s) is not None:
            _bounded(lambda: backend.delete_password(SERVICE, name), self.write_s)

    def _keyring(self, limit_s: float) -> Backend | None:
        if not self._made:
            try:
                self._backend = _bounded(self._make, limit_s)
            except SecretsError as error:
                if error.code == "keyring_silent":
                    raise
                self._backend = None
            self._made = True
        return self._backend

    def _path(self, name: str) -> Path:
        return self._folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".secret")

    def _remove_file(self, name: str) -> None:
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise folder_error(error, path) from error

    def _put_file(self, name: str, secret: Secret) -> Kept:
        path, aside = self._path(name), None
        if path.exists():
            try:
                self._get_file(name)
            except SecretsError:
                aside = _set_aside(path)
        write_atomic(path, self._cipher(make=True).encrypt(secret.reveal().encode()))
        return Kept(Where.FILE, aside)

    def _get_file(self, name: str) -> Secret | None:
        path = self._path(name)
        try:
            if not path.exists():
                return None
            data = path.read_bytes()[:_MAX_BYTES]
        except OSError as error:
            raise folder_error(error, path) from error
        try:
            return Secret(self._cipher(make=False).decrypt(data).decode())
        except SelfcareError:
            raise
        except Exception:
            # Whatever the library says of it: the file was damaged, or its key belongs to another one.
            raise SecretsError("secret_corrupt", path=path) from None

    def _cipher(self, *, make: bool) -> Any:
        from cryptography.fernet import Fernet

        path = self._folder / _KEY_FILE
        ensure(self._folder)
        if make:
            _new_key(path, Fernet.generate_key())
        try:
            return Fernet(path.read_bytes())
        except OSError as error:
            raise folder_error(error, path) from error
        except ValueError:
            if not make:
                raise
        # A damaged key opens nothing any more; it stays beside, as what it locked does.
        _set_aside(path)
        _new_key(path, Fernet.generate_key())
        return Fernet(path.read_bytes())


def _new_key(path: Path, key: bytes) -> None:
    """Only ever made where there is none, and whole at once: two programs at once agree on the first one's."""
    try:
        handle, name = tempfile.mkstemp(prefix=".key.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(key)
                out.flush()
                os.fsync(out.fileno())
            os.link(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except FileExistsError:
        return
    except OSError as error:
        raise folder_error(error, path) from error


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.bad-{datetime.now().strftime('%Y%m%dT%H%M%S%f')}")
    try:
        path.replace(aside)
    except OSError as error:
        raise folder_error(error, path) from error
    _log.warning("an unreadable secret was set aside as %s", aside.name)
    return aside


def _bounded(call: Callable[[], T], limit_s: float) -> T:
    """The call's value; ``keyring_silent`` after the limit, ``keyring_failed`` for any error.

    The error itself is dropped: its text could hold what was to be stored. The thread is a daemon: it cannot be
    stopped, and must not keep the program alive.
    """
    result: list[T] = []
    trouble: list[str] = []

    def work() -> None:
        try:
            result.append(call())
        except BaseException as error:
            trouble.append(type(error).__name__)

    thread = threading.Thread(target=work, daemon=True, name="keyring")
    thread.start()
    thread.join(limit_s)
    if trouble:
        raise SecretsError("keyring_failed", kind=trouble[0])
    if not result:
        raise SecretsError("keyring_silent", seconds=limit_s)
    return result[0]

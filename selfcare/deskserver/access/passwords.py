"""Passwords: Argon2id (scrypt where it is missing), in threads of their own, few at once.

OWASP's Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 rounds, 1 lane; scrypt with N=2^17, r=8, p=1.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from selfcare.deskserver.model import DeskRefusal

T = TypeVar("T")

SHORTEST, LONGEST = 12, 200
"""Characters. With a code as well, NIST SP 800-63B-4 §3.1.1.2 asks for 8."""
AT_ONCE, WAITING = 2, 16
"""Checks at once, and those that wait for one: half a second of waiting on two cores."""


@dataclass(frozen=True, slots=True)
class Cost:
    """``memory``: KiB of Argon2id."""

    memory: int = 19456
    rounds: int = 2
    lanes: int = 1
    scrypt_n: int = 1 << 17


class Passwords:
    """Makes and checks hashes. ``checked``: how many were, since the start."""

    def __init__(self, cost: Cost | None = None) -> None:
        self.cost = cost or Cost()
        self.checked = 0
        self._threads = ThreadPoolExecutor(AT_ONCE, "desk-password")
        self._waiting = 0
        self._nobody = ""

    async def hashed(self, password: str) -> str:
        """For the database: says itself how it was made."""
        return await self._run(lambda: make(password, self.cost))

    async def right(self, password: str, kept: str) -> bool:
        """Whether it is this one; "" (no such agent) takes as long as a wrong one.

        Raises:
            DeskRefusal: 503, too many are being checked.
        """
        self.checked += 1
        if not self._nobody:
            self._nobody = await self.hashed(os.urandom(16).hex())
        found = await self._run(lambda: matches(password, kept or self._nobody))
        return found and bool(kept)

    async def _run(self, do: Callable[[], T]) -> T:
        if self._waiting >= AT_ONCE + WAITING:
            raise DeskRefusal(503, "busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, do)
        finally:
            self._waiting -= 1


def make(password: str, cost: Cost) -> str:
    """A hash with its parameters and salt in it."""
    salt, typed = os.urandom(16), _bytes(password)
    try:
        how = Argon2id(salt=salt, length=32, iterations=cost.rounds, lanes=cost.lanes, memory_cost=cost.memory)
        return how.derive_phc_encoded(typed)
    except UnsupportedAlgorithm:  # OpenSSL before 3.2
        key = _scrypt(typed, salt, cost.scrypt_n)
        return f"$scrypt${cost.scrypt_n}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def matches(password: str, kept: str) -> bool:
    """Whether the hash is this password's."""
    if kept.startswith("$scrypt$"):
        _, _, rounds, salt, key = kept.split("$")
        return hmac.compare_digest(_scrypt(_bytes(password), base64.b64decode(salt), int(rounds)),
                                   base64.b64decode(key))  # fmt: skip
    try:
        Argon2id.verify_phc_encoded(_bytes(password), kept)
    except (InvalidKey, ValueError):
        return False
    return True


def _scrypt(typed: bytes, salt: bytes, n: int) -> bytes:
    return hashlib.scrypt(typed, salt=salt, n=n, r=8, p=1, maxmem=2 * 128 * 8 * n, dklen=32)


def _bytes(password: str) -> bytes:
    return password[:LONGEST].encode("utf-8", "surrogatepass")


def demand_good(password: str, login: str) -> None:
    """Raises :class:`DeskRefusal` where it is too short, too long, the login, or one sign again and again."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise DeskRefusal(422, "password_length", shortest=SHORTEST)
    if (login.lower() in password.lower() and len(password) < len(login) + 8) or len(set(password)) < 5:
        raise DeskRefusal(422, "password_easy")

"""How often somebody may try. In memory, bounded, per process; what is refused here costs neither Argon2 nor the disk.

An address has a few tries a minute. A login has a few more, from all addresses together; from where its agent has
signed in before, it is not held up by what strangers try elsewhere.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

MINUTE = 60_000
LOGIN_TRIES = 20
"""Wrong tries of one login from everywhere, in ``LOGIN_WINDOW``: NIST SP 800-63B allows 100 at most."""
LOGIN_WINDOW = 15 * MINUTE
ALL_TRIES = 240
"""Tries a minute of all strangers together: 240 × 35 ms of Argon2 is an eighth of a core's time in two."""
_KEYS = 20_000


@dataclass(slots=True)
class Window:
    """At most ``tries`` of one key in ``every`` ms; of ``_KEYS`` keys, the longest unused one is forgotten."""

    tries: int
    every: int
    _seen: OrderedDict[str, tuple[int, int]] = field(default_factory=OrderedDict)

    def wait(self, key: str, now: int) -> int:
        """Milliseconds until the next try; 0: now."""
        since, count = self._seen.get(key, (now, 0))
        left = since + self.every - now
        # a clock set back would hold somebody up for as long as it was set back
        return left if count >= self.tries and 0 < left <= self.every else 0

    def count(self, key: str, now: int, by: int = 1) -> None:
        """One more try; or so many more of whatever is counted."""
        since, count = self._seen.pop(key, (now, 0))
        if not 0 <= now - since < self.every:
            since, count = now, 0
        self._seen[key] = (since, count + by)
        while len(self._seen) > _KEYS:
            self._seen.popitem(last=False)

    def at_least(self, key: str, now: int, count: int) -> None:
        """So many are known of elsewhere: of another process, or of this one before it began anew."""
        _, here = self._seen.get(key, (now, 0))
        if count > here:
            self.count(key, now, count - here)

    def forget(self, key: str) -> None:
        """It was the right one."""
        self._seen.pop(key, None)

    def undo(self, key: str) -> None:
        """A try that was right is none: thirty agents of one office come at eight."""
        if key in self._seen:
            since, count = self._seen[key]
            self._seen[key] = (since, max(0, count - 1))

    def __len__(self) -> int:
        return len(self._seen)


class Pace:
    """Of signing in. ``a_minute``: tries per address."""

    def __init__(self, a_minute: int) -> None:
        self.addresses = Window(a_minute, MINUTE)
        self.logins = Window(LOGIN_TRIES, LOGIN_WINDOW)
        self.all = Window(ALL_TRIES, MINUTE)

    def wait(self, address: str, now: int) -> int:
        """Milliseconds this address is held up whatever it says."""
        return self.addresses.wait(network(address), now)

    def tried(self, address: str, login: str, now: int) -> None:
        """Counted before it is known whether it is right: tries at the same time are tries."""
        self.addresses.count(network(address), now)
        self.all.count("", now)
        self.logins.count(login, now)

    def wait_login(self, login: str, now: int) -> int:
        """Milliseconds a stranger is held up with this login."""
        return max(self.logins.wait(login, now), self.all.wait("", now))

    def right(self, address: str, login: str) -> None:
        """Signed in."""
        self.addresses.undo(network(address))
        self.all.undo("")
        self.logins.forget(login)


def network(address: str) -> str:
    """Who one address stands for: itself, or the /64 of IPv6 that one subscriber has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def address_of(request: HTTPConnection) -> str:
    """Where it comes from (behind a proxy, ``serve`` has put there what the proxy says)."""
    return request.client.host if request.client else ""

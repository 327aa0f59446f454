"""What the use cases of support work with: folders, the profile, the key, the keyring; handed in by the wiring."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.isp import load_profile
from selfcare.model.case import Case
from selfcare.model.profile import Profile
from selfcare.redaction.known import Known

if TYPE_CHECKING:
    from selfcare.app.support.vault import KeyringVault
    from selfcare.cases.book import CaseBook
    from selfcare.ground.install_key import InstallKey
    from selfcare.ground.secrets import SecretStore


FRESH = timedelta(minutes=30)
"""A check that old still tells how things are; a report without one begins with a check (some two seconds)."""


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """What is known of the home without asking anybody. "" is not known.

    ``names``: what names it (networks, machines, keys): looked for in everything that leaves.
    """

    operator: str = ""
    family: str = ""
    access: str = ""
    names: Known = field(default_factory=Known)


@dataclass(slots=True, kw_only=True, weakref_slot=True)
class Parts:
    """``data``, ``log``: folders. ``profile_in_use``: as a check would use it. ``check``: runs one and keeps it.

    ``known_home``: may read the disk. ``secrets``: made when something needs it. ``line_up``: whether an address of
    the profile's answers, in some two seconds; asked only while something waits to be sent.
    """

    data: Path
    log: Path
    profile_in_use: Callable[[], Profile]
    known_home: Callable[[str], HomeSeen]
    secrets: Callable[[], SecretStore]
    check: Callable[[], Awaitable[object]]
    line_up: Callable[[], Awaitable[bool]]
    language: str
    version: str
    os: str


@dataclass
class Tools:
    """For one event loop. ``parts``: see there."""

    parts: Parts
    _key: InstallKey | None = field(default=None, init=False)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @cached_property
    def book(self) -> CaseBook:
        """Blocking: asked in a thread."""
        from selfcare.cases.book import CaseBook

        return CaseBook(self.parts.data)

    @cached_property
    def vault(self) -> KeyringVault:
        """The keyring."""
        from selfcare.app.support.vault import KeyringVault

        return KeyringVault(self.parts.secrets())

    @property
    def words(self) -> Catalogue:
        """Of domain ``support``, in the language of now."""
        return Catalogue(self.parts.language, SUPPORT)

    async def key(self) -> InstallKey:
        """This install's; made at the first use."""
        from selfcare.ground.install_key import InstallKey

        async with self._making:
            if self._key is None:
                self._key = await asyncio.to_thread(InstallKey.of, self.parts.secrets())
        return self._key

    async def home(self) -> HomeSeen:
        """By the profile, else by the box and the guides."""
        return await asyncio.to_thread(self.parts.known_home, self.parts.profile_in_use().id)

    async def profile(self) -> Profile:
        """The one in use; where it is anybody's, the operator's own if the box tells whose line it is."""
        mine = self.parts.profile_in_use()
        if mine.operator:
            return mine
        operator = (await self.home()).operator
        return await asyncio.to_thread(load_profile, operator) if operator else mine


def fresh(case: Case | None) -> bool:
    """Whether a check of this case is of just now. A clock that was set since: it is not."""
    if case is None or not case.checks:
        return False
    try:
        began = datetime.fromisoformat(str(case.checks[0].get("started", "")))
        return timedelta(0) <= datetime.now().astimezone() - began <= FRESH
    except (ValueError, TypeError):
        return False

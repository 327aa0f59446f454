"""Support over a real store, outbox and desk server on loopback; the check is a document: no packet leaves here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from selfcare.app.support.desk import SupportDesk
from selfcare.app.support.tools import HomeSeen, Parts
from selfcare.cases.keep_check import keep_check
from selfcare.ground.secrets import SecretStore
from selfcare.isp import load_profile
from selfcare.model.profile import Profile
from selfcare.model.support import DeskEndpoint, Oidc
from tests.report import documents

T = TypeVar("T")


class Bench:
    """One PC. ``desk`` may be changed between calls, as an operator changes its profile."""

    def __init__(self, data: Path, desk: DeskEndpoint | None = None, oidc: Oidc | None = None) -> None:
        self.data, self.desk, self.oidc = data, desk, oidc
        self.checks = self.asked = 0
        self.up = True
        self.document: dict[str, Any] = documents.fibre()["check"]
        self.home = HomeSeen()
        self.base = "default"
        self.name = "demo"

    def profile(self) -> Profile:
        found = load_profile(self.base)
        if self.desk is None:
            return found
        support = replace(found.support, desk=self.desk, oidc=self.oidc)
        return replace(found, id=self.name, operator="Demo", display_name="Demo Telecom", support=support)

    async def check(self) -> None:
        self.checks += 1
        await asyncio.to_thread(keep_check, self.data, self.document)

    async def line_up(self) -> bool:
        self.asked += 1
        return self.up

    def port(self) -> SupportDesk:
        parts = Parts(
            data=self.data, log=self.data / "log", profile_in_use=self.profile, known_home=lambda _id: self.home,
            secrets=lambda: SecretStore(self.data, lambda: None), check=self.check,
            line_up=self.line_up, language="fr", version="0", os="linux",
        )  # fmt: skip
        return SupportDesk(parts)

    def run(self, story: Callable[[SupportDesk], Awaitable[T]]) -> T:
        async def whole() -> T:
            port = self.port()
            try:
                return await story(port)
            finally:
                await port.close()

        return asyncio.run(whole())

"""A keyring for clients under test."""

from __future__ import annotations


class Vault:
    """What ``selfcare.desks.who.Vault`` asks for, as a dict."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.there.get(name)

    async def put(self, name: str, text: str) -> None:
        self.there[name] = text

    async def delete(self, name: str) -> None:
        self.there.pop(name, None)

"""Where attachments lie, by the digest of what is in them: on a disk, or in S3-compatible storage."""

from __future__ import annotations

from typing import Protocol


class Blobs(Protocol):
    """``sha256``: hex, of the data. The same data is kept once, however often it comes."""

    async def put(self, sha256: str, data: bytes) -> None:
        """Durable when this returns."""
        ...

    async def get(self, sha256: str) -> bytes:
        """Raises :class:`KeyError` where it is not there (any more), or is not what it was."""
        ...

    async def drop(self, sha256: str) -> None:
        """Nobody needs it any more; one that is not there is well."""
        ...

    async def names(self, part: str, older_s: float) -> list[str]:
        """Of which the first two signs are ``part``, and that nobody has put for so many seconds."""
        ...

    async def close(self) -> None:
        """Lets go."""
        ...

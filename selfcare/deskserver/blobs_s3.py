"""Attachments in S3-compatible storage: ``<prefix>ab/cd/abcd…`` of a bucket. An extra: ``selfcare[desk-s3]``."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from selfcare.deskserver.blobs_disk import FRESH_S, PART, checked
from selfcare.deskserver.migrations.run import OpeningRefused
from selfcare.deskserver.model import DeskRefusal

T = TypeVar("T")
LOG = logging.getLogger("selfcare.desk.s3")
_CODE = re.compile(r"<Code>([A-Za-z0-9.]{1,60})</Code>")
SLOW_S = 10.0  # of one request with what is tried again; a client waits 20 s
RETRIES = 2


class S3Blobs:
    """``address``: ``s3://bucket/prefix``. ``options``: ``endpoint``, ``region``, and the two parts of a key.

    ``access_key_id``, ``secret_access_key``; without them the machine's own, as AWS' programs find them.
    """

    def __init__(self, address: str, options: Mapping[str, str]) -> None:
        try:
            self._do: Any = importlib.import_module("obstore")
            stores: Any = importlib.import_module("obstore.store")
        except ImportError:
            raise OpeningRefused("s3_missing", install='pip install "selfcare[desk-s3]"') from None
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._store: Any = stores.S3Store(
            bucket, config=_config(options), client_options=_client(options), retry_config=_retry()
        )

    async def put(self, sha256: str, data: bytes) -> None:
        """Durable when this returns: the storage has answered.

        In one piece: of an upload in parts that was broken off, parts would stay in the storage that no list shows.

        Raises:
            DeskRefusal: 503 ``storage_away``.
            ValueError: it is not what its name says.
        """
        path = self._path(sha256)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("the digest is another")
        await _bounded(self._do.put_async(self._store, path, data, use_multipart=False))

    async def get(self, sha256: str) -> bytes:
        """Raises :class:`KeyError` where it is not there (any more), or is not what it was."""
        data = await _bounded(self._got(self._path(sha256)))
        if data is None or hashlib.sha256(data).hexdigest() != sha256:
            raise KeyError(sha256)
        return data

    async def _got(self, path: str) -> bytes | None:
        try:
            found = await self._do.get_async(self._store, path)
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            if _code(error) == "NoSuchBucket":
                raise _away(error) from error  # a slip in the settings: nothing of it is known to be gone
            return None

    async def drop(self, sha256: str) -> None:
        """One that is not there is well. One that was put in the last two minutes is left to the next sweep."""
        await _bounded(self._dropped(self._path(sha256)))

    async def _dropped(self, path: str) -> None:
        try:
            found = await self._do.head_async(self._store, path)
            if datetime.now(UTC) - found["last_modified"] >= timedelta(seconds=FRESH_S):
                await self._do.delete_async(self._store, path)
        except FileNotFoundError:
            return

    async def names(self, part: str, older_s: float) -> list[str]:
        """Of which the first two signs are ``part``, and that nobody has put for so many seconds."""
        if not PART.fullmatch(part):
            return []
        before = datetime.now(UTC) - timedelta(seconds=older_s)
        found: list[str] = []
        pages = aiter(self._do.list(self._store, f"{self._prefix}{part}/", chunk_size=1000))
        while page := await _bounded(_next(pages)):
            named = ((one["path"].rpartition("/")[2], one["last_modified"]) for one in page)
            found += [name for name, at in named if len(name) == 64 and at < before]
        return sorted(found)

    async def close(self) -> None:
        """Nothing is held."""

    def _path(self, sha256: str) -> str:
        name = checked(sha256)
        return f"{self._prefix}{name[:2]}/{name[2:4]}/{name}"


async def _next(pages: AsyncIterator[Any]) -> Any:
    """None: there is no more."""
    return await anext(pages, None)


async def _bounded(asked: Awaitable[T]) -> T:
    """What the storage says against it is for the operator's log; a stranger hears that it is away."""
    try:
        return await asyncio.wait_for(asked, SLOW_S)
    except (OSError, TimeoutError) as error:
        raise _away(error) from error
    except Exception as error:
        if type(error).__module__.startswith("obstore"):
            raise _away(error) from error
        raise


def _away(error: Exception) -> DeskRefusal:
    LOG.warning("the attachments' storage: %s %s", type(error).__name__, _code(error))
    return DeskRefusal(503, "storage_away")


def _code(error: Exception) -> str:
    """S3's own word for it (``SignatureDoesNotMatch``, ``NoSuchBucket``), where it said one."""
    found = _CODE.search(str(error))
    return found[1] if found else ""


def _config(options: Mapping[str, str]) -> dict[str, str]:
    known = ("endpoint", "region", "access_key_id", "secret_access_key")
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise OpeningRefused("s3_option_unknown", option=unknown[0])
    return {"region": "us-east-1", **options}


def _client(options: Mapping[str, str]) -> dict[str, Any]:
    """Without TLS only where the operator wrote http itself."""
    plain = options.get("endpoint", "").startswith("http://")
    return {"allow_http": plain, "timeout": timedelta(seconds=SLOW_S / 2), "connect_timeout": timedelta(seconds=3)}


def _retry() -> dict[str, Any]:
    return {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=SLOW_S)}

"""Attachments in real servers that speak S3: signed, listed in pages, and nothing answered that is not stored."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from selfcare.deskserver import blobs_s3
from selfcare.deskserver.blobs_s3 import S3Blobs
from selfcare.deskserver.intake.mail import take
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import attachments, tickets
from selfcare.deskserver.settings import DeskSettings
from tests.deskserver.bench import desk_at
from tests.deskserver.intake.mails import PIPE
from tests.deskserver.real.stores import speaking
from tests.deskserver.real.tls import own
from tests.deskserver.test_blobs import _life

pytestmark = pytest.mark.full
both = pytest.mark.parametrize("kind", ["seaweedfs", "rclone"])
LARGE = os.urandom(DeskSettings("").limits.file)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def refused(blobs: S3Blobs, *, put: bool = True) -> str:
    with pytest.raises(DeskRefusal) as found:
        await (blobs.put(digest(LARGE), LARGE) if put else blobs.get(digest(LARGE)))
    return found.value.code


@both
def test_its_life_large_ones_and_many(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(told: dict[str, str]) -> None:
        blobs = S3Blobs("s3://desk/some/where", told)
        await _life(blobs)
        await blobs.put(digest(LARGE), LARGE)
        assert await blobs.get(digest(LARGE)) == LARGE
        few, names = asyncio.Semaphore(40), [f"ab{digest(bytes(at))[2:]}" for at in range(2100)]

        async def put(name: str) -> None:
            async with few:
                await blobs._do.put_async(blobs._store, blobs._path(name), b"x")

        await asyncio.gather(*map(put, names))
        before = set(names) | ({digest(LARGE)} if digest(LARGE).startswith("ab") else set())
        assert set(await blobs.names("ab", -60)) == before  # three pages of a list
        await blobs.drop(digest(LARGE))  # put a moment ago
        assert await blobs.get(digest(LARGE)) == LARGE
        monkeypatch.setattr(blobs_s3, "FRESH_S", -60)
        await blobs.drop(digest(LARGE))
        with pytest.raises(KeyError):
            await blobs.get(digest(LARGE))

    with speaking(kind, tmp_path) as told:
        asyncio.run(story(told))


@both
def test_a_wrong_key_or_bucket_is_the_operators_to_mend(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    """And nothing counts as gone: a report that waits to be opened waits until it is mended."""

    async def story(told: dict[str, str]) -> None:
        for bucket, key in (("desk", "another"), ("nowhere", told["secret_access_key"])):
            blobs = S3Blobs(f"s3://{bucket}", {**told, "secret_access_key": key})
            assert await refused(blobs) == "storage_away"
            assert await refused(blobs, put=False) == "storage_away"

    with speaking(kind, tmp_path) as told:
        asyncio.run(story(told))
    assert all(code in caplog.text for code in ("SignatureDoesNotMatch", "NoSuchBucket"))
    assert told["secret_access_key"] not in caplog.text


def test_by_the_operators_own_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = own(tmp_path)
    with speaking("rclone", tmp_path, made) as told:
        assert asyncio.run(refused(S3Blobs("s3://desk", told))) == "storage_away"
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
        asyncio.run(_life(S3Blobs("s3://desk", told)))


@asynccontextmanager
async def through(told: dict[str, str], most: int) -> AsyncIterator[dict[str, str]]:
    """A network that breaks each connection after so many bytes up."""
    there = urlsplit(told["endpoint"])

    async def visitor(up: asyncio.StreamReader, down: asyncio.StreamWriter) -> None:
        reader, writer = await asyncio.open_connection(there.hostname, there.port)
        back = asyncio.create_task(passed(reader, down, 1 << 40))
        await passed(up, writer, most)
        back.cancel()
        for one in (writer, down):
            one.transport.abort()

    async def passed(source: asyncio.StreamReader, sink: asyncio.StreamWriter, left: int) -> None:
        with contextlib.suppress(OSError):
            while left > 0 and (data := await source.read(min(left, 65536))):
                left -= len(data)
                sink.write(data)
                await sink.drain()

    async with await asyncio.start_server(visitor, "127.0.0.1", 0) as server:
        yield {**told, "endpoint": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}


@both
def test_what_was_broken_off_is_not_there_and_comes_again(kind: str, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + LARGE[: 6 * 1024 * 1024]
    raw = (
        b"From: zoe@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: photo\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/octet-stream; name=photo.png\r\nContent-Disposition: attachment\r\n"
        b"Content-Transfer-Encoding: binary\r\n\r\n" + picture.replace(b"\r", b"a").replace(b"\n", b"b")
    )
    raw = raw.replace(b"\x89PNGab\x1ab", b"\x89PNG\r\n\x1a\n")

    async def story(told: dict[str, str]) -> None:
        async with through(told, 1024 * 1024) as broken, desk_at(tmp_path, blobs="s3://desk", s3=broken) as desk:
            with pytest.raises(DeskRefusal) as away:
                await take(desk, raw, PIPE)
            assert (away.value.status, away.value.code) == (503, "storage_away")
            assert not await desk.database.read(lambda c: c.execute(tickets.select()).all())
        stored = S3Blobs("s3://desk", told)
        assert [one async for page in aiter(stored._do.list(stored._store)) for one in page] == []
        async with desk_at(tmp_path, blobs="s3://desk", s3=told) as desk:
            assert (await take(desk, raw, PIPE)).what == "ticket"
            (row,) = await desk.database.read(lambda c: c.execute(attachments.select()).all())
            assert len(await desk.blobs.get(row.sha256)) == row.size > 6 * 1024 * 1024

    with speaking(kind, tmp_path) as told:
        asyncio.run(story(told))

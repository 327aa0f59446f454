"""Attachments on a disk and in S3: whole, by digest, no path tricks."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from selfcare.deskserver import blobs_disk
from selfcare.deskserver.blobs import Blobs
from selfcare.deskserver.blobs_disk import DiskBlobs
from selfcare.deskserver.blobs_s3 import S3Blobs
from selfcare.deskserver.migrations.run import OpeningRefused
from selfcare.deskserver.model import DeskRefusal
from tests.deskserver.s3 import speaking

DATA = b"a report" * 1000
NAME = hashlib.sha256(DATA).hexdigest()
TRICKS = (
    "",
    "..",
    "../../etc/passwd",
    NAME[:63],
    NAME.upper(),
    NAME + "\n",
    "/" + NAME[1:],
    NAME[:60] + "/../",
    "é" * 64,
)


async def _life(blobs: Blobs) -> None:
    await asyncio.gather(*(blobs.put(NAME, DATA) for _ in range(8)))
    assert await blobs.get(NAME) == DATA
    with pytest.raises(KeyError):
        await blobs.get("0" * 64)
    assert await blobs.names(NAME[:2], -60) == [NAME] and await blobs.names(NAME[:2], 60) == []
    assert await blobs.names("zz", -60) == [] and await blobs.names("../" + NAME[:2], -60) == []
    await blobs.drop("0" * 64)
    with pytest.raises(ValueError):
        await blobs.put("0" * 64, DATA)
    for trick in TRICKS:
        with pytest.raises(KeyError):
            await blobs.get(trick)
        with pytest.raises(KeyError):
            await blobs.put(trick, DATA)
        with pytest.raises(KeyError):
            await blobs.drop(trick)


def _file(folder: Path) -> Path:
    return folder / NAME[:2] / NAME


def test_on_a_disk(tmp_path: Path) -> None:
    async def run() -> None:
        blobs = DiskBlobs(tmp_path / "blobs")
        await _life(blobs)
        await blobs.close()

    asyncio.run(run())
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert files == [_file(tmp_path / "blobs")]  # one, and no draft beside it
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "blobs").rglob("*"))


def test_one_that_was_changed_on_the_disk_is_not_given_and_is_mended_by_the_next_put(tmp_path: Path) -> None:
    async def run() -> None:
        blobs = DiskBlobs(tmp_path)
        await blobs.put(NAME, DATA)
        _file(tmp_path).write_bytes(DATA[:-1])
        with pytest.raises(KeyError):
            await blobs.get(NAME)
        await blobs.put(NAME, DATA)
        assert await blobs.get(NAME) == DATA
        await blobs.close()

    asyncio.run(run())


def test_only_what_is_old_is_dropped(tmp_path: Path) -> None:
    """Somebody may have put the same a moment ago, and be about to commit the ticket that needs it."""

    async def run() -> None:
        blobs = DiskBlobs(tmp_path)
        await blobs.put(NAME, DATA)
        os.utime(_file(tmp_path), (1, 1))
        await blobs.put(NAME, DATA)  # it is needed again
        await blobs.drop(NAME)
        assert await blobs.get(NAME) == DATA
        os.utime(_file(tmp_path), (1, 1))
        await blobs.drop(NAME)
        with pytest.raises(KeyError):
            await blobs.get(NAME)
        await blobs.close()

    asyncio.run(run())


def test_drafts_that_a_kill_left_are_swept_and_no_others(tmp_path: Path) -> None:
    async def run() -> None:
        blobs = DiskBlobs(tmp_path)
        await blobs.put(NAME, DATA)
        os.utime(_file(tmp_path), (1, 1))
        left, new = (_file(tmp_path).with_name(name) for name in (".left", ".new"))
        left.write_bytes(b"half")
        os.utime(left, (1, 1))
        new.write_bytes(b"half")
        assert await blobs.swept() == 1
        assert (left.exists(), new.exists()) == (False, True)
        assert await blobs.get(NAME) == DATA
        await blobs.close()

    asyncio.run(run())


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def run() -> None:
        blobs = DiskBlobs(tmp_path)
        (tmp_path / NAME[:2]).mkdir(parents=True)
        monkeypatch.setattr(blobs_disk.os, "fsync", full)
        with pytest.raises(DeskRefusal) as refused:
            await blobs.put(NAME, DATA)
        assert (refused.value.status, refused.value.code) == (507, "storage_full")
        await blobs.close()

    asyncio.run(run())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.fixture
def s3() -> Iterator[dict[str, str]]:
    """A server that speaks S3 over HTTP on loopback."""
    with speaking() as endpoint:
        yield {"endpoint": endpoint, "access_key_id": "a", "secret_access_key": "b"}


@pytest.mark.full
def test_in_s3(s3: dict[str, str]) -> None:
    import obstore

    urllib.request.urlopen(urllib.request.Request(f"{s3['endpoint']}/desk", method="PUT")).close()

    async def run() -> None:
        blobs = S3Blobs("s3://desk/some/where", s3)
        await _life(blobs)
        await obstore.put_async(blobs._store, f"some/where/{NAME[:2]}/{NAME[2:4]}/{NAME}", b"other")
        with pytest.raises(KeyError):
            await blobs.get(NAME)

    asyncio.run(run())


def test_s3_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        blobs = S3Blobs("s3://desk", {"endpoint": "http://127.0.0.1:9", "access_key_id": "a", "secret_access_key": "b"})
        with pytest.raises(DeskRefusal) as refused:
            await blobs.put(NAME, DATA)
        assert (refused.value.status, refused.value.code) == (503, "storage_away")

    asyncio.run(run())


def test_in_s3_a_file_is_one_request_and_a_missing_bucket_is_no_missing_file() -> None:
    """Parts of an upload that was broken off would lie there unseen; the real servers: ``real/test_s3.py``."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(f"{request.method} {len(await request.read())}")
        if request.method == "GET":
            return web.Response(status=404, text="<Error><Code>NoSuchBucket</Code></Error>")
        return web.Response(headers={"ETag": '"1"'})

    async def run() -> None:
        app = web.Application(client_max_size=2 * len(large))
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        options = {"endpoint": f"http://127.0.0.1:{port}", "access_key_id": "a", "secret_access_key": "b"}
        blobs = S3Blobs("s3://desk", options)
        await blobs.put(hashlib.sha256(large).hexdigest(), large)
        with pytest.raises(DeskRefusal) as refused:
            await blobs.get(NAME)
        assert (refused.value.status, refused.value.code) == (503, "storage_away")
        await runner.cleanup()

    large = bytes(8 * 1024 * 1024)
    asyncio.run(run())
    assert asked == [f"PUT {len(large)}", "GET 0"]


def test_s3_without_its_library_or_with_a_slip_of_the_pen_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OpeningRefused, match="s3_option_unknown"):
        S3Blobs("s3://desk", {"end_point": "http://127.0.0.1:9"})
    monkeypatch.setitem(__import__("sys").modules, "obstore", None)
    with pytest.raises(OpeningRefused, match="s3_missing"):
        S3Blobs("s3://desk", {})

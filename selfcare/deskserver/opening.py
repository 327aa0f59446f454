"""Opens a desk: its folder, its secret, its database at the newest form, its attachments."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path

from sqlalchemy import make_url

from selfcare.deskserver.blobs import Blobs
from selfcare.deskserver.blobs_disk import DiskBlobs
from selfcare.deskserver.context import Desk
from selfcare.deskserver.database import Database
from selfcare.deskserver.migrations.run import OpeningRefused, migrate
from selfcare.deskserver.settings import DeskSettings

SECRET = 32  # bytes


async def open_desk(settings: DeskSettings) -> Desk:
    """What every part of a running desk is given; :func:`close_desk` ends it.

    Raises:
        OpeningRefused: the database is newer than this program, the secret is damaged, or a library is missing.
    """
    folder = Path(settings.data)
    secret = await asyncio.to_thread(_prepare, folder)
    await asyncio.to_thread(_private, settings)
    await asyncio.to_thread(migrate, settings.database_url)
    blobs = await asyncio.to_thread(_blobs, settings)
    return Desk(settings, Database(settings.database_url), blobs, secret)


async def close_desk(desk: Desk) -> None:
    """Waits for what is being written."""
    await desk.database.close()
    await desk.blobs.close()


def _prepare(folder: Path) -> bytes:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "nt":
        folder.chmod(0o700)
    return _secret(folder / "secret")


def _private(settings: DeskSettings) -> None:
    """SQLite's file is for nobody else from its first moment on; what it makes beside it takes after it."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith((":", "file:")):
        os.close(os.open(url.database, os.O_RDWR | os.O_CREAT, 0o600))


def _secret(path: Path) -> bytes:
    """Made once: of two processes that start at once, one makes it and both read it."""
    if not path.exists():
        draft = path.with_name(f".secret-{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(SECRET))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)  # unlike a rename, it never takes the place of one that is there
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found = path.read_bytes()
    if len(found) != SECRET:
        raise OpeningRefused("secret_damaged", path=str(path))
    return found


def _blobs(settings: DeskSettings) -> Blobs:
    if settings.blobs.startswith("s3://"):
        from selfcare.deskserver.blobs_s3 import S3Blobs  # an extra: obstore

        return S3Blobs(settings.blobs, settings.s3)
    return DiskBlobs(Path(settings.blobs) if settings.blobs else Path(settings.data) / "blobs")

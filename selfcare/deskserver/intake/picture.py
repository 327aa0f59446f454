"""QR codes in a picture that somebody sent: looked at in a process of its own that may die of it.

PNG, JPEG and WebP alone, 20 million points at most, five seconds of processor, one gigabyte of memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
from io import BytesIO
from weakref import WeakKeyDictionary

from selfcare.deskserver.model import DeskRefusal

MOST = 8 * 1024 * 1024
POINTS = 20_000_000
CPU_S, WHOLE_S = 5, 15.0
MEMORY = 1024 * 1024 * 1024
CODES = 8
ANSWER = 64 * 1024
AT_ONCE = 2
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
"""So many at a time, whoever asks: the others wait."""


async def from_picture(data: bytes) -> str:
    """What stands in the codes of it, one after the other with spaces between, as :func:`codes.decoded` wants it.

    Raises:
        DeskRefusal: 422 ``picture_unreadable``, ``picture_empty``; 413 ``file_too_large``.
    """
    if len(data) > MOST:
        raise DeskRefusal(413, "file_too_large")
    async with _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)):
        answer = await _asked(data)
    try:
        found = json.loads(answer)
    except ValueError:
        raise DeskRefusal(422, "picture_unreadable") from None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise DeskRefusal(422, "picture_unreadable")
    if not found:
        raise DeskRefusal(422, "picture_empty")
    return " ".join(one for one in found if not any(sign.isspace() for sign in one))


async def _asked(data: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WHOLE_S):
            answer, _ = await process.communicate(data)
    except TimeoutError:
        return b""
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return answer[:ANSWER] if process.returncode == 0 else b""


def looked(data: bytes) -> list[str]:
    """In that process: the texts of the codes. Raises whatever Pillow or the decoder does."""
    import zxingcpp
    from PIL import Image

    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
        if picture.width * picture.height > POINTS or getattr(picture, "n_frames", 1) > 1:
            raise ValueError("too large, or moving")
        grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [one.text for one in found[:CODES] if one.valid]


def _bounded() -> None:
    """Where the system knows how; elsewhere the time alone is bounded."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bounded()
    try:
        told = json.dumps(looked(sys.stdin.buffer.read(MOST + 1)))
    except Exception:  # whatever it was, it was no picture of a code
        raise SystemExit(1) from None
    sys.stdout.write(told)

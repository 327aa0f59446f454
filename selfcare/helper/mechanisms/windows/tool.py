"""The few of Windows' own tools that nothing replaces: from the system's folder, told fixed words, never by a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from selfcare.helper import point, tools
from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.mechanisms.windows import calls

if sys.platform == "win32":
    import msvcrt


def ask(name: str, *words: str, timeout: float = 10) -> bytes:
    """What a tool says that changes nothing."""
    return _run(name, words, timeout)


def tell(name: str, *words: str, timeout: float = 30) -> None:
    """Has a tool change something.

    Raises:
        Refusal: it says no; its words are of the user's language, so only its number is told.
    """
    point.reached(f"before {name}")
    _run(name, words, timeout)
    point.reached(f"after {name}")


def _run(name: str, words: tuple[str, ...], timeout: float) -> bytes:
    folder = Path(winapi.system_folder())
    program = str(folder / f"{name}.exe")
    environment = {"SystemRoot": str(folder.parent), "PATH": str(folder)}
    try:
        with _options() as options:
            process: subprocess.Popen[bytes] = subprocess.Popen(
                [program, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=environment, cwd=str(folder), **options,
            )  # fmt: skip
        with process, _along(process):
            said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise Refusal("timed_out", name) from error
    except OSError as error:
        raise Refusal("failed", f"{name}: {error}") from error
    if process.returncode:
        raise calls.failed(name, process.returncode)
    return said


def _along(process: subprocess.Popen[bytes]) -> AbstractContextManager[None]:
    if sys.platform == "win32":
        from selfcare.helper.host.windows_processes import taken_along

        return taken_along(process)
    return nullcontext()


@contextmanager
def _options() -> Iterator[dict[str, Any]]:
    """No window, and the lock is inherited: whoever restores waits until a tool of the dead is gone."""
    options: dict[str, Any] = {}
    held: list[int] = []
    if sys.platform == "win32":
        held = [msvcrt.get_osfhandle(handle) for handle in tools.held()]
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
        if held:
            options["startupinfo"] = subprocess.STARTUPINFO(lpAttributeList={"handle_list": held})
        for handle in held:
            os.set_handle_inheritable(handle, True)
    try:
        yield options
    finally:
        if sys.platform == "win32":
            for handle in held:
                os.set_handle_inheritable(handle, False)

"""How the helper is started: as this user, or as root: polkit's ``pkexec``, ``hand.macos``, ``hand.pipe`` (Windows)."""

from __future__ import annotations

import stat
import sys
from collections.abc import Awaitable
from pathlib import Path

from selfcare.hand import macos
from selfcare.hand.channel import Channel
from selfcare.hand.terminal import at_terminal, can_ask
from selfcare.model.repair import HandError

INSTALLED = Path("/usr/libexec/selfcare/selfcare-helper")  # as the polkit action names it
START = Path(__file__).parents[1] / "helper/start.py"
PKEXEC = Path("/usr/bin/pkexec")
DISMISSED, NOT_ALLOWED = 126, 127  # pkexec's own exit codes, and those of ``helper.reach``
NOT_INSTALLED = 125  # of ``helper.reach``
NO_AGENT, NOT_AUTHORIZED = "no authentication agent", "not authorized"


def own_command() -> list[str]:
    """The helper as this user: the one of this very program, so that the two are of one version.

    Raises:
        HandError: the helper has no mechanism for this system.
    """
    if not sys.platform.startswith(("linux", "darwin", "win32")):
        raise HandError("unknown_owner", f"nothing is changed on {sys.platform} yet")
    if getattr(sys, "frozen", False):
        if sys.platform == "darwin":
            return macos.in_bundle()
        if sys.platform == "win32":
            return _beside()
        return [str(INSTALLED), "serve"] if INSTALLED.is_file() else [sys.executable, "helper", "serve"]
    return [sys.executable, "-I", str(START), "serve"]


def _beside() -> list[str]:
    """A program built for Windows has the helper beside it, or a twin that can be spoken to as one."""
    helper = Path(sys.executable).with_name("selfcare-helper.exe")
    return [str(helper), "serve"] if helper.is_file() else [str(helper.with_name("selfcare.exe")), "helper", "serve"]


def privileged() -> list[str] | Awaitable[Channel]:
    """The command of a helper as root, or the way to one that this program cannot start itself."""
    if sys.platform == "win32":
        from selfcare.hand import pipe

        return pipe.privileged()
    return privileged_command()


def privileged_command(helper: Path = INSTALLED, pkexec: Path = PKEXEC) -> list[str]:
    """The helper as root.

    Raises:
        HandError: it is not installed where only root can write, or nothing could ask for the password.
    """
    if sys.platform == "darwin":
        return macos.privileged_command(own_command())
    if not pkexec.is_file():
        raise HandError("no_agent", f"{pkexec} is not installed")
    for path in (helper, *helper.parents):
        try:
            about = path.stat()
        except OSError as error:
            raise HandError("needs_privilege", f"{helper} is not installed") from error
        if about.st_uid != 0 or stat.S_IMODE(about.st_mode) & 0o022:
            raise HandError("needs_privilege", f"{path} belongs to others, or others may write there")
    # A window without an agent must be told so instead of waiting for nobody; in a terminal ours asks, if it can.
    agent = [] if at_terminal() and not can_ask() else ["--disable-internal-agent"]
    return [str(pkexec), *agent, str(helper), "serve"]


def refusal(code: int, said: str) -> HandError:
    """What it means that pkexec, or its like, ended before the helper answered."""
    if code == NOT_INSTALLED:
        return HandError("needs_privilege", said)
    if code == DISMISSED:
        return HandError("refused", "the question for the password was closed")
    if NO_AGENT in said.lower():
        return HandError("no_agent", said)
    if code == NOT_ALLOWED and NOT_AUTHORIZED in said.lower():  # a wrong password, or somebody who may not at all
        return HandError("needs_privilege", said)
    if code == NOT_ALLOWED:
        return HandError("refused", said or "not allowed")
    return HandError("helper_gone", said or f"it ended with {code}")

"""Exit codes, the same for every command."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selfcare.model.finding import Verdict


class ExitCode(IntEnum):
    """What a shell or another program learns from the way a command ended."""

    OK = 0
    FAULT = 1
    USAGE = 2
    CANNOT_TELL = 3
    REFUSED = 4
    NEEDS_PRIVILEGE = 5
    INTERNAL = 70


def exit_code(verdict: Verdict) -> ExitCode:
    """The exit code of a check that ended with this verdict (conditions alone are ``OK``)."""
    from selfcare.model.finding import VerdictState

    return {
        VerdictState.OK: ExitCode.OK,
        VerdictState.FAULT: ExitCode.FAULT,
        VerdictState.MULTIPLE: ExitCode.FAULT,
        VerdictState.INTERMITTENT: ExitCode.FAULT,
        VerdictState.NOT_PROVEN: ExitCode.CANNOT_TELL,
        VerdictState.CONNECTING: ExitCode.CANNOT_TELL,
        VerdictState.CANNOT_TEST: ExitCode.CANNOT_TELL,
    }[verdict.state]

"""Exit codes, the same for every command."""

from __future__ import annotations

from enum import IntEnum

from selfcare.model.finding import Verdict, VerdictState


class ExitCode(IntEnum):
    """What a shell or another program learns from the way a command ended."""

    OK = 0
    FAULT = 1
    USAGE = 2
    CANNOT_TELL = 3
    REFUSED = 4
    NEEDS_PRIVILEGE = 5
    INTERNAL = 70


_BY_STATE = {
    VerdictState.OK: ExitCode.OK,
    VerdictState.FAULT: ExitCode.FAULT,
    VerdictState.MULTIPLE: ExitCode.FAULT,
    VerdictState.INTERMITTENT: ExitCode.FAULT,
    VerdictState.NOT_PROVEN: ExitCode.CANNOT_TELL,
    VerdictState.CONNECTING: ExitCode.CANNOT_TELL,
    VerdictState.CANNOT_TEST: ExitCode.CANNOT_TELL,
}


def exit_code(verdict: Verdict) -> ExitCode:
    """The exit code of a check that ended with this verdict (conditions alone are ``OK``)."""
    return _BY_STATE[verdict.state]

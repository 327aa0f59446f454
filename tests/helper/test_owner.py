"""Who owns a setting, whatever an ordinary user's programs call themselves."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from selfcare.helper import owner


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user")
@pytest.mark.parametrize("program", ["dhcpcd", "dhclient"])
def test_an_ordinary_user_s_program_of_that_name_owns_nothing(program: str) -> None:
    """Root would else ask the real dhcpcd to renew, and that starts one."""
    for user, found in ((1000, False), (0, True)):
        with subprocess.Popen([program, "30"], executable="/bin/sleep", user=user) as running:
            time.sleep(0.2)
            told = owner._runs_for(program, "lo")
            running.kill()
        assert told is found

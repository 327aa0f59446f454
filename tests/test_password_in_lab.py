"""The question for the password, for real: polkit, pkexec, our installed action, and somebody who types."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.lab.desktop import INSTALLED, PASSWORD, Session, at_terminal, give_password, install_helper
from tests.lab.lab import Lab, measured
from tests.lab.repairs import settings, told
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
SELFCARE = (sys.executable, "-m", "selfcare")
OTHERS = (*SELFCARE, "fix", "run", "dns.alternate", "--yes", "--json")
JOURNAL = "/var/lib/selfcare/journal"
ACTION, MESSAGE = "org.selfcare.helper", ("Selfcare needs your password", "Selfcare a besoin de votre mot de passe")


@pytest.fixture(scope="module")
def pc() -> Iterator[Lab]:
    """Names fail, the repair needs root, and Camille is the PC's first account."""
    with Lab("isp-dns-down") as lab:
        install_helper(lab)
        give_password(lab)
        yield lab


def journal(lab: Lab) -> list[dict[str, Any]]:
    """Root's entries."""
    text = lab.pc.run("sh", "-c", f"cat {JOURNAL}/2*.json 2>/dev/null", check=False)
    return [json.loads(line) for line in text.splitlines()]


def asked_for_our_reason(session: Session) -> bool:
    return ACTION in session.seen and any(words in session.seen for words in MESSAGE)


def with_agent(line: str) -> list[str]:
    """A shell with an agent of its own beside it."""
    ready = "ready=$XDG_RUNTIME_DIR/ready; rm -f $ready; mkfifo $ready"
    return ["sh", "-c", f"{ready}; pkttyagent --process $$ --notify-fd 3 3> $ready & cat $ready; {line}"]


def test_a_wrong_password_changes_nothing(pc: Lab) -> None:
    before, entries = settings(pc), journal(pc)
    session = at_terminal(pc, OTHERS, "wrong-" + PASSWORD)
    document = json.loads(session.stdout)
    assert session.asked == 1 and asked_for_our_reason(session)
    assert (told(document), document["steps"][0]["error"]) == ([("dns.alternate", "failed")], "needs_privilege")
    assert (document["state"], session.returncode) == ("needs_privilege", 5)
    assert settings(pc) == before and journal(pc) == entries


@pytest.mark.full
def test_the_right_password_has_it_done_by_root_and_undone(pc: Lab) -> None:
    before = settings(pc)
    session = at_terminal(pc, OTHERS, PASSWORD)
    document = json.loads(session.stdout)
    assert session.asked == 1 and asked_for_our_reason(session), session.seen
    assert (told(document), document["state"], session.returncode) == ([("dns.alternate", "kept")], "done", 0)
    assert settings(pc) != before
    entry = journal(pc)[-1]
    assert (entry["verb"], entry["state"]) == ("dns.set", "kept")
    assert pc.pc.run("stat", "-c", "%u", JOURNAL).strip() == "0", "root itself did it"
    session = at_terminal(pc, [*SELFCARE, "undo"], PASSWORD)
    assert (session.asked, session.returncode) == (1, 0), session.seen
    assert journal(pc)[-1]["state"] == "undone"
    assert settings(pc) == before


@pytest.mark.full
def test_without_a_terminal_the_desktops_agent_asks(pc: Lab) -> None:
    """A window has no terminal: the desktop's agent is there for it. pkttyagent is one that asks on a terminal."""
    before = settings(pc)
    session = at_terminal(pc, with_agent(f"exec {' '.join(OTHERS)} < /dev/null"), PASSWORD)
    document = json.loads(session.stdout)
    assert session.asked == 1 and asked_for_our_reason(session), session.seen
    assert (told(document), session.returncode) == ([("dns.alternate", "kept")], 0)
    assert at_terminal(pc, [*SELFCARE, "undo"], PASSWORD).returncode == 0
    assert settings(pc) == before


@pytest.mark.full
def test_with_nobody_to_ask_it_is_said(pc: Lab) -> None:
    before = settings(pc)
    argv, environment = pc.command(OTHERS, user=True, may_rise=True)
    done = measured(argv, {**environment, "SHELL": "/bin/bash"}, 60)
    document = json.loads(done.stdout)
    assert document["steps"][0]["error"] == "no_agent", done.stderr
    assert (document["state"], done.returncode) == ("needs_privilege", 5)
    assert settings(pc) == before


@pytest.mark.full
def test_the_password_opens_nothing_but_the_helper(pc: Lab) -> None:
    """Another program by pkexec is another action: our action is no way to a shell, and the helper takes no words."""
    helper = at_terminal(
        pc, with_agent(f"pkexec --disable-internal-agent {INSTALLED}/selfcare-helper sh -c id"), PASSWORD
    )
    assert asked_for_our_reason(helper) and helper.returncode == 2 and "uid=0" not in helper.stdout, helper.seen
    shell = at_terminal(pc, with_agent("pkexec --disable-internal-agent sh -c id"), "wrong-" + PASSWORD)
    assert ACTION not in shell.seen and shell.returncode == 127, shell.seen

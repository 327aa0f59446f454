"""Repairs for real: each fault is brought up, ``selfcare repair --yes`` is run, and the PC is looked at after."""

from __future__ import annotations

import time

import jsonschema
import pytest

from selfcare.contract import load_repair_schema
from tests.lab.lab import Lab
from tests.lab.repairable import mendable
from tests.lab.repairs import different, repair, settings, told, undo_all
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step
from tests.lab.sweep import mend

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())

# In every ./test; all of them: `python -m tests.lab repairs`, a step of ./test --all.
QUICK = ("isp-dns-down", "pc-hosts")


@pytest.mark.parametrize("name", QUICK)
def test_fault_to_healthy_and_back(name: str) -> None:
    """Healthy after one run; the second changes nothing; after undoing everything all is as it was.

    How long it takes is judged by `python -m tests.lab repairs`: here others run at the same time.
    """
    found = mend(mendable()[name])
    assert found.healthy and found.verdict == "ok", found
    assert (found.lost, found.again, found.left) == ((), (), ())


@pytest.mark.full
def test_the_next_remedy_after_one_that_does_not_help() -> None:
    """The manual resolver is dead, and so are the box's and the operator's: automatic is no better."""
    with Lab("pc-dns-static") as lab:
        lab.apply(Step("box_dns", {"mode": "silent"}))
        lab.apply(Step("isp_dns", {"mode": "silent"}))
        before = settings(lab)
        document, done = repair(lab)
        VALIDATOR.validate(document)
        assert told(document) == [("dns.automatic", "undone"), ("dns.alternate", "kept")]
        assert (document["state"], done.returncode) == ("repaired", 0)
        undo_all(lab, user=False)
        assert different(lab, before) == {}


@pytest.mark.full
def test_without_consent_and_in_a_dry_run_nothing_changes() -> None:
    with Lab("isp-dns-down") as lab:
        before = settings(lab)
        document, done = repair(lab, "repair", "--dry-run")
        assert (told(document), done.returncode) == ([("dns.alternate", "proposed")], 1)
        document, done = repair(lab, "repair")  # nobody is there to agree
        assert (told(document)[0], done.returncode) == (("dns.alternate", "refused"), 4)
        assert settings(lab) == before


def test_an_ordinary_user_from_afar_is_told_what_is_missing() -> None:
    """The lab's user sits at no screen: polkit wants a password nobody can give. Nothing changes, and it is said."""
    with Lab("isp-dns-down", user=True) as lab:
        before = settings(lab)
        document, done = repair(lab, user=True)
        assert told(document)[0] == ("dns.alternate", "failed")
        assert document["steps"][0]["error"] in ("needs_privilege", "no_agent")
        assert (document["state"], done.returncode) == ("needs_privilege", 5)
        assert settings(lab) == before


@pytest.mark.full
def test_the_trial_ends_by_itself_when_the_operator_is_back() -> None:
    with Lab("isp-dns-down") as lab:
        before = settings(lab)
        document, done = repair(lab, "fix", "run", "dns.trial", "--yes")
        assert (document["trial"]["place"], told(document), done.returncode) == ("isp", [("dns.trial", "kept")], 0)
        still, _ = repair(lab)
        assert (still["ended"], still["state"]) == ([], "healthy")
        lab.apply(Step("isp_dns", {"mode": "answer"}))
        time.sleep(1)
        document, done = repair(lab)
        assert [e["verb"] for e in document["ended"]] == ["dns.set"]
        assert (document["state"], done.returncode) == ("healthy", 0)
        assert different(lab, before) == {}


@pytest.mark.full
def test_a_remote_login_is_not_cut() -> None:
    with Lab("pc-ip-static") as lab:
        before = settings(lab)
        ssh = {"SSH_CONNECTION": "192.168.0.9 50000 192.168.0.50 22"}
        document, done = repair(lab, env=ssh)
        assert ("ip.automatic", "caution") in told(document)
        assert done.returncode == 4
        assert settings(lab) == before


def test_by_hand_on_a_healthy_pc() -> None:
    with Lab("healthy") as lab:
        before = settings(lab)
        for remedy in ("dns.flush", "lease.renew", "dns.alternate"):
            document, done = repair(lab, "fix", "run", remedy, "--yes")
            VALIDATOR.validate(document)
            assert (told(document), done.returncode) == ([(remedy, "kept")], 0), done.stderr
        undo_all(lab, user=False)
        assert different(lab, before) == {}

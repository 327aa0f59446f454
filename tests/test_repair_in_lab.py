"""Repairs for real: each fault is brought up, ``selfcare repair --yes`` is run, and the PC is looked at after."""

from __future__ import annotations

import time

import jsonschema
import pytest

from selfcare.contract import load_repair_schema
from tests.lab.lab import Lab
from tests.lab.repairs import repair, run, settings, told
from tests.lab.rootfs import why_unavailable
from tests.lab.scenario import Step

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())
LIMIT_S = 15.0

# Fault, what mends it, and whether it is this user's own setting.
REPAIRABLE = {
    "pc-dns-static": "dns.automatic",
    "pc-hosts": "hosts.disable",
    "pc-ip-static": "ip.automatic",
    "pc-nic-off": "adapter.enable",
    "pc-routes": "route.remove",
    "pc-vpn": "vpn.stop",
    "isp-dns-down": "dns.alternate",
    "box-dns": "dns.alternate",
    "pc-proxy": "proxy.off",
}
OF_THE_USER = ("pc-proxy",)


def _undo_all(lab: Lab, *, user: bool) -> None:
    for _ in range(6):
        done = run(lab, "undo", "--lang", "en", user=user)
        assert done.returncode == 0, done.stderr
        if "No change" in done.stderr:
            return
    raise AssertionError("there is always one more change to undo")


def _same(lab: Lab, before: dict[str, str], *, ignore: tuple[str, ...] = ()) -> None:
    """All settings as they were; addresses given anew may take a moment."""
    deadline = time.monotonic() + 5
    while (now := settings(lab)) != before and time.monotonic() < deadline:
        time.sleep(0.3)
    assert {k: v for k, v in now.items() if k not in ignore} == {k: v for k, v in before.items() if k not in ignore}


QUICK = ("isp-dns-down", "pc-hosts")  # in every ./test; the others in --all
FAULTS = [pytest.param(n, id=n, marks=() if n in QUICK else pytest.mark.full) for n in sorted(REPAIRABLE)]


@pytest.mark.parametrize("name", FAULTS)
def test_fault_to_healthy_and_back(name: str) -> None:
    """Healthy after one run; the second changes nothing; after undoing everything all is as it was."""
    user = name in OF_THE_USER
    with Lab(name) as lab:
        before = settings(lab)
        document, done = repair(lab, user=user)
        VALIDATOR.validate(document)
        assert (REPAIRABLE[name], "kept") in told(document)
        assert (document["state"], done.returncode, document["after"]["verdict"]["state"]) == ("repaired", 0, "ok")
        assert document["timing"]["total_ms"] < LIMIT_S * 1000
        again, done = repair(lab, user=user)
        assert (again["state"], again["steps"], done.returncode) == ("healthy", [], 0)
        _undo_all(lab, user=user)
        # NetworkManager gives the tunnel of another program a new name each time it sees it.
        _same(lab, before, ignore=("profiles",) if name == "pc-vpn" else ())


DEAF = """table inet deaf {
 chain out { type filter hook output priority 0; ip daddr 127.0.0.53 meta l4proto { tcp, udp } th dport 53 drop; }
}
"""


def test_what_does_not_help_is_put_back_to_the_byte() -> None:
    """The operator's resolvers are down, and this PC's programs do not reach their own resolver either."""
    with Lab("isp-dns-down") as lab:
        lab.pc.nft(DEAF)
        before = settings(lab)
        document, done = repair(lab)
        VALIDATOR.validate(document)
        assert ("dns.alternate", "undone") in told(document)
        assert not any(outcome == "kept" for _, outcome in told(document))
        assert (document["state"], done.returncode) == ("not_helped", 1)
        assert document["after"]["verdict"]["code"] == document["before"]["verdict"]["code"]
        _same(lab, before)


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
        _undo_all(lab, user=False)
        _same(lab, before)


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
        _same(lab, before)


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
        _undo_all(lab, user=False)
        _same(lab, before)

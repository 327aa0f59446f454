"""The whole way, for real: each scenario brought up, the command run as an ordinary user, its document judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from selfcare.contract import load_schema
from tests.lab import report
from tests.lab import scenario as scenarios
from tests.lab.lab import Done, Lab
from tests.lab.rootfs import why_unavailable
from tests.lab.standards import FOUNDATION

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
VALIDATOR = jsonschema.Draft202012Validator(load_schema())


def _check(lab: Lab, *options: str, as_root: bool = False) -> tuple[dict[str, Any], Done]:
    done = lab.python("-m", "selfcare", "check", "--json", *options, user=not as_root)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    VALIDATOR.validate(document)
    return document, done


def _told(document: dict[str, Any]) -> tuple[str, str | None, tuple[str, ...]]:
    verdict = document["verdict"]
    return verdict["state"], verdict["code"], tuple(verdict["segments"])


HOMES = ("healthy", "slow-line", "ipv6", "two-interfaces", "desktop-containers")
OTHERS = (
    "acc-ftth-dark", "box-filter", "isp-dns-down-warm", "isp-dns-lies", "isp-outage", "isp-pmtu", "lan-dhcp-rogue",
    "lan-ip-conflict", "lan-loss", "net-cert", "pc-clock", "pc-firewall", "pc-proxy", "pc-tls-mitm", "wan-latency",
)  # fmt: skip
# The first issue's thirteen, one of each further kind, a few healthy homes. All of them are in the accuracy report.
QUICK = sorted({*OTHERS, *HOMES, *(n for n in FOUNDATION if scenarios.load(n).kind == "fault")})


@pytest.mark.parametrize("name", QUICK)
def test_scenario(name: str) -> None:
    wanted = scenarios.load(name)
    with Lab(name) as lab:
        run = report.check(lab, user=not wanted.as_root)
        if not run.right:
            # One more try on a machine that had other things to do; certain and wrong is never forgiven.
            assert run.band != "certain", run
            assert not run.false_blame, run
            run = report.check(lab, user=not wanted.as_root)
    assert run.right, run


BOXES = sorted(n for n in scenarios.names() if any(s.do == "box_api" for s in scenarios.load(n).steps))


@pytest.mark.full
@pytest.mark.parametrize("name", [n for n in BOXES if n not in QUICK])
def test_a_home_whose_box_speaks(name: str) -> None:
    test_scenario(name)


GROUNDS: dict[str, dict[str, bool]] = {
    "ping denied": {"icmp": False},
    "no bus": {"dbus": False},
    "ping denied and no bus": {"icmp": False, "dbus": False},
}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", ["healthy", "isp-dns-down", "box-silent", "wan-down"])
def test_on_poorer_ground(name: str, ground: str) -> None:
    """The same verdict with less to go by; the band may be lower."""
    wanted = scenarios.load(name).expected
    with Lab(name, **GROUNDS[ground]) as lab:
        document, _ = _check(lab)
    assert _told(document) == (wanted.state, wanted.code, wanted.segments), document["findings"]


def test_without_any_interface_nothing_can_be_tested_and_nobody_is_accused() -> None:
    with Lab("healthy", interface=False) as lab:
        document, done = _check(lab)
    assert _told(document) == ("cannot_test", None, ())
    assert done.returncode == 3
    assert not any(f["role"] == "culprit" for f in document["findings"])


@pytest.fixture(scope="module")
def healthy() -> Iterator[Lab]:
    with Lab("healthy") as lab:
        yield lab


@pytest.mark.parametrize("locale", ["ja_JP.UTF-8", "C", "fr_FR.ISO-8859-1", "nonsense"])
def test_any_locale(healthy: Lab, locale: str) -> None:
    environment = {"LC_ALL": locale, "LANG": locale, "LANGUAGE": ""}
    done = healthy.python("-m", "selfcare", "check", "--json", user=True, env=environment)
    assert json.loads(done.stdout)["verdict"]["state"] == "ok"


def test_a_run_of_one_probe_takes_what_it_needs(healthy: Lab) -> None:
    document, _ = _check(healthy, "--only", "gateway.reach")
    ids = {m["id"] for m in document["measurements"]}
    assert "gateway.reach" in ids
    assert "dns.public" not in ids


def test_text_and_events(healthy: Lab) -> None:
    text = healthy.python("-m", "selfcare", "check", "--lang", "fr", user=True)
    assert text.stdout.startswith("Votre connexion fonctionne")
    events = healthy.python("-m", "selfcare", "check", "--events", user=True)
    kinds = [json.loads(line)["event"] for line in events.stdout.splitlines()]
    assert (kinds[0], kinds[-1]) == ("check_started", "check_finished")


@pytest.mark.alone
def test_ends_within_its_time_limit(healthy: Lab) -> None:
    document, _ = _check(healthy, "--timeout", "0.5")
    assert document["timing"]["total_ms"] < 1500


def test_as_root_the_document_says_so(healthy: Lab) -> None:
    done = healthy.python("-m", "selfcare", "check", "--json", user=False)
    document = json.loads(done.stdout)
    assert document["host"] == {"os": "linux", "privileged": True}
    assert document["verdict"]["state"] == "ok"

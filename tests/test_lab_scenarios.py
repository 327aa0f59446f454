"""The scenario files, and how a report judges a run. Needs neither root nor a lab."""

import json

import pytest

from tests.lab import report, scenario
from tests.lab.lab import Done
from tests.lab.scenario import ScenarioError, load
from tests.lab.steps import ACTIONS

REQUIRED = {
    "PC-NIC-OFF", "LAN-CABLE-DOWN", "PC-IP-STATIC", "PC-DNS-STATIC", "PC-HOSTS", "PC-ROUTES", "PC-VPN",
    "LAN-DHCP-NONE", "BOX-SILENT", "BOX-DNS", "WAN-DOWN", "ISP-DNS-DOWN", "NET-PORTAL",
}  # fmt: skip
HEALTHY = {
    "slow-line", "far-line", "box-ignores-ping", "internet-ignores-ping", "ipv6", "cgnat", "lan10-no-upnp",
    "two-interfaces", "healthy",
}  # fmt: skip


@pytest.mark.parametrize("name", scenario.names())
def test_scenario_is_valid(name):
    item = load(name)
    assert item.description.endswith(".")
    if item.kind == "fault":
        assert item.expected.code and item.expected.segments and item.steps
        assert item.expected.code not in item.not_blamed
    if item.kind == "near_miss":
        assert item.not_blamed and item.steps


def test_all_required_are_there():
    loaded = [load(name) for name in scenario.names()]
    assert {s.expected.code for s in loaded if s.kind == "fault"} >= REQUIRED
    assert {s.name for s in loaded if s.kind == "healthy"} >= HEALTHY
    assert {code.lower() for code in REQUIRED} <= {s.name for s in loaded}


@pytest.mark.parametrize(
    "text",
    [
        'name = "x"\nkind = "odd"\ndescription = "."\nexpected = { state = "ok" }',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "sick" }',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "fault", segments = ["cellar"] }',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "ok" }\n[[steps]]\ndo = "explode"',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "ok" }\n[[steps]]\ndo = "cable"',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "ok" }\n'
        '[[steps]]\ndo = "cable"\nplugged = "no"',
        'name = "x"\nkind = "fault"\ndescription = "."\nexpected = { state = "ok" }\n'
        '[[steps]]\ndo = "isp_dns"\nmode = "tired"',
        'name = "x"\nkind = "healthy"\ndescription = "."\nexpected = { state = "ok" }\n[lab]\nipv6 = "yes"',
        'name = "x"\nkind = "healthy"\ndescription = "."\nexpected = { state = "ok" }\ncolour = 1',
    ],
)
def test_bad_scenario_is_refused(tmp_path, monkeypatch, text):
    monkeypatch.setattr(scenario, "FOLDER", tmp_path)
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError):
        scenario.load.__wrapped__("x")


def test_unknown_scenario_names_the_known_ones():
    with pytest.raises(ScenarioError, match="isp-dns-down"):
        load("nonsense")


def test_every_step_explains_itself():
    assert {"line", "cable", "pc_hosts", "portal"} <= set(ACTIONS)


def _done(state="fault", code="BOX-DNS", segments=("box",), band="certain", role="culprit"):
    findings = [{"code": code, "role": role, "band": band}] if code else []
    verdict = {"state": state, "code": code, "segments": list(segments), "band": band if code else None}
    timing = {"first_verdict_ms": 900.0, "total_ms": 1800.0}
    return Done(1, json.dumps({"verdict": verdict, "findings": findings, "timing": timing}), "", 2.0, 0.5, 60.0)


def test_right_answer():
    run = report.parse(load("box-dns"), _done())
    assert run.right and run.segment_right and not run.false_blame


def test_certain_and_wrong_is_false_blame():
    run = report.parse(load("box-dns"), _done(code="ISP-DNS-DOWN", segments=("isp",)))
    assert not run.right and not run.segment_right and run.false_blame


def test_likely_and_wrong_is_no_false_blame():
    run = report.parse(load("box-dns"), _done(code="ISP-DNS-DOWN", segments=("isp",), band="likely"))
    assert not run.right and not run.false_blame


def test_honest_set_of_segments_counts_for_the_segment_only():
    run = report.parse(load("box-dns"), _done(state="not_proven", code=None, segments=("lan", "box")))
    assert not run.right and run.segment_right and not run.false_blame
    three = report.parse(load("box-dns"), _done(state="not_proven", code=None, segments=("pc", "lan", "box")))
    assert not three.segment_right


def test_accusing_a_healthy_home_is_false_blame():
    run = report.parse(load("far-line"), _done())
    assert not run.right and not run.segment_right and run.false_blame


def test_accepted_alternative_is_right():
    run = report.parse(load("near-ip-static-box-silent"), _done(state="not_proven", code=None, segments=("lan", "box")))
    assert run.right


def test_unreadable_document_is_wrong_not_fatal():
    run = report.parse(load("healthy"), Done(70, "Traceback", "", 1.0, 0.1, 30.0))
    assert not run.right and run.label == "EXIT 70"


def test_report_shows_confusion_and_rates():
    runs = [
        report.parse(load("box-dns"), _done()),
        report.parse(load("isp-dns-down"), _done()),
        report.parse(load("healthy"), _done(state="ok", code=None, segments=())),
    ]
    text = report.markdown(runs, 1)
    assert "exact verdict, all: 2/3 (66.7 %)" in text
    assert "exact code, faults: 1/2 (50.0 %)" in text
    assert "false blame (certain and wrong): 1" in text
    assert "| **ISP-DNS-DOWN** | 1 |" in text

"""The scenario files, and how a report judges a run. Needs neither root nor a lab."""

import json
from dataclasses import replace

import pytest

from selfcare.diagnosis.rules import RULES
from tests.lab import report, scenario, standards
from tests.lab.flaws import flaws
from tests.lab.lab import Done
from tests.lab.scenario import ScenarioError, load
from tests.lab.steps import ACTIONS

REQUIRED = {
    "PC-NIC-OFF", "LAN-CABLE-DOWN", "PC-IP-STATIC", "PC-DNS-STATIC", "PC-HOSTS", "PC-ROUTES", "PC-VPN",
    "LAN-DHCP-NONE", "BOX-SILENT", "BOX-DNS", "WAN-DOWN", "ISP-DNS-DOWN", "NET-PORTAL",
    "PC-CLOCK", "NET-CERT", "PC-TLS-MITM", "PC-PROXY", "BOX-WALLED",
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


LINE = {"LAN-LOSS", "WAN-LOSS", "WAN-LATENCY", "WAN-JITTER"}


def test_all_required_are_there():
    loaded = [load(name) for name in scenario.names()]
    # The foundation's; every area adds its own.
    assert {s.expected.code for s in loaded if s.kind == "fault"} >= REQUIRED | LINE
    assert {s.name for s in loaded if s.kind == "healthy"} >= HEALTHY
    assert {s.expected.code for s in loaded if s.kind == "fault"} <= {rule.code for rule in RULES}
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


def _done(state="fault", code="BOX-DNS", segments=("box",), band="certain", role="culprit", rival=None):
    beside = {"code": rival} if rival else None
    findings = [{"code": code, "role": role, "band": band, "runner_up": beside}] if code else []
    verdict = {"state": state, "code": code, "segments": list(segments), "band": band if code else None}
    timing = {"first_verdict_ms": 900.0, "total_ms": 1800.0}
    return Done(1, json.dumps({"verdict": verdict, "findings": findings, "timing": timing}), "", 2.0, 0.5, 60.0)


def test_right_answer():
    run = report.parse(load("box-dns"), _done())
    assert run.right and run.segment_right and not run.false_blame


def test_certain_and_wrong_is_false_blame():
    run = report.parse(load("box-dns"), _done(code="ISP-DNS-DOWN", segments=("isp",)))
    assert not run.right and not run.segment_right and run.false_blame


def test_both_of_two_faults_may_be_certain():
    run = report.parse(load("two-lan-loss-isp-dns"), _done(state="multiple", code="ISP-DNS-DOWN", segments=("isp",)))
    assert run.right and not replace(run, certain=("ISP-DNS-DOWN", "LAN-LOSS")).false_blame
    assert replace(run, certain=("ISP-DNS-DOWN", "WAN-LOSS")).false_blame


def _document(**changes):
    verdict = {"state": "ok", "code": None, "segments": [], "band": None, "text": "Fine."}
    timing = {"first_verdict_ms": 900.0, "total_ms": 1800.0}
    whole = {
        "schema": "selfcare.check/1", "verdict": verdict, "findings": [], "ruled_out": [], "not_tested": [],
        "symptom": None, "measurements": [], "timing": timing, "host": {"os": "linux", "privileged": False},
        "versions": {"selfcare": "0.1.0"},
    }  # fmt: skip
    return {**whole, **changes}


def test_a_document_without_a_flaw():
    assert list(flaws(load("healthy"), _document(), 0)) == []


def test_every_flaw_is_seen():
    item = replace(load("healthy"), not_blamed=("BOX-DNS",), conditions=("WAN-FAR",))
    blame = {
        "code": "BOX-DNS", "role": "culprit", "segments": ["box"], "band": "likely", "scope": "home", "evidence": [],
        "against": [], "explains": [], "runner_up": None, "remedies": [], "guides": [],
    }  # fmt: skip
    crash = {
        "id": "dns.os",
        "version": 1,
        "outcome": "crashed",
        "started": "2026-01-01T00:00:00+00:00",
        "duration_ms": 1.0,
        "interface": None,
    }
    seen = list(flaws(item, _document(findings=[blame], measurements=[crash]), 1))
    assert seen == ["exit code 1 instead of 0", "blames BOX-DNS", "does not tell WAN-FAR", "dns.os crashed"]
    assert next(flaws(item, {"schema": "x"}, 0)).startswith("schema: ")


def test_a_flawed_document_is_not_right():
    assert not replace(report.parse(load("box-dns"), _done()), flaws=("dns.os crashed",)).right


def test_likely_and_wrong_is_no_false_blame():
    run = report.parse(load("box-dns"), _done(code="ISP-DNS-DOWN", segments=("isp",), band="likely"))
    assert not run.right and not run.false_blame


def test_honest_set_of_segments_counts_for_the_segment_only():
    run = report.parse(load("box-dns"), _done(state="not_proven", code=None, segments=("lan", "box")))
    assert not run.right and run.segment_right and not run.false_blame
    three = report.parse(load("box-dns"), _done(state="not_proven", code=None, segments=("pc", "lan", "box")))
    assert not three.segment_right


def test_of_two_faults_either_place_is_right():
    found = {
        code: _done(code=code, segments=where) for code, where in {"LAN-LOSS": ("lan",), "WAN-DOWN": ("isp",)}.items()
    }
    lan, wan = (report.parse(load("two-lan-loss-isp-dns"), done) for done in found.values())
    assert lan.segment_right and not lan.right
    assert wan.segment_right  # where the other fault is, under a wrong name
    assert not replace(lan, segments=("box",)).segment_right


def test_accusing_a_healthy_home_is_false_blame():
    run = report.parse(load("far-line"), _done())
    assert not run.right and not run.segment_right and run.false_blame


def test_accepted_alternative_is_right():
    run = report.parse(load("near-ip-static-box-silent"), _done(state="not_proven", code=None, segments=("lan", "box")))
    assert run.right


def test_unreadable_document_is_wrong_not_fatal():
    run = report.parse(load("healthy"), Done(70, "Traceback", "", 1.0, 0.1, 30.0))
    assert not run.right and run.label == "EXIT 70"


def _three():
    return [
        report.parse(load("box-dns"), _done()),
        report.parse(load("isp-dns-down"), _done()),
        report.parse(load("healthy"), _done(state="ok", code=None, segments=())),
    ]


def test_report_shows_confusion_and_rates():
    text = report.markdown(_three(), "the command", standards.table(standards.judge(_three())))
    assert "`the command`" in text
    assert "| exact code first, faults | 1/2 (50.0 %) | ≥ 92 % | **no** |" in text
    assert "| exact verdict, healthy homes | 1/1 (100.0 %) | ≥ 100 % | yes |" in text
    assert "| certain and wrong | 1 | never | **no** |" in text
    assert "| **ISP-DNS-DOWN** | 1 |" in text


def test_every_standard_can_be_broken():
    near = report.parse(load("near-ip-static"), _done(state="not_proven", code=None, segments=("box",)))
    good = [report.parse(load("box-dns"), _done()), _three()[2]]
    assert all(s.kept for s in standards.judge(good))
    slow = [replace(run, total_ms=6000.0) for run in good]
    assert [s.kept for s in standards.judge(slow)] == [True] * 7 + [False] * 2
    wrong = report.parse(load("box-dns"), _done(code="WAN-DOWN", segments=("isp",)))
    ill = report.parse(load("healthy"), _done(band="likely"))
    assert [s.kept for s in standards.judge([wrong, ill, near])] == [False] * 7 + [True] * 2


def test_the_rival_named_beside_the_verdict_is_among_the_first_three():
    wrong = report.parse(load("isp-dns-down"), _done(band="likely", rival="ISP-DNS-DOWN"))
    assert not wrong.right and wrong.in_first_three
    assert not report.parse(load("isp-dns-down"), _done(band="likely", rival="WAN-DOWN")).in_first_three


def test_the_published_table_has_enough_runs():
    runs = {name: standards.runs_of(load(name)) for name in scenario.names()}
    assert sum(runs[name] for name in runs if load(name).kind == "healthy") >= 200
    assert all(runs[name] >= 10 for name in standards.FOUNDATION)
    assert min(runs.values()) >= 3


def test_another_honest_verdict_is_right_but_not_exact():
    rogue = load("lan-dhcp-rogue-ipv4")
    told = replace(report.parse(rogue, _done(state="not_proven", code=None, segments=("lan",))), ranked=("WAN-DOWN",))
    assert told.right and not told.exact and not told.in_first_three
    assert replace(told, ranked=("WAN-DOWN", "LAN-DHCP-ROGUE")).in_first_three
    other = report.parse(load("two-lan-loss-isp-dns"), _done(state="multiple", code="LAN-LOSS", segments=("lan",)))
    assert other.exact

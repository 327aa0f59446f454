"""The command line, run in-process on services that need no network."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from pathlib import Path

import pytest

from selfcare.app.check import Check
from selfcare.app.options import CheckOptions
from selfcare.app.ports import RunnableProbe
from selfcare.app.sentences import Sentences
from selfcare.app.services import Emit, Services
from selfcare.cli import main
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.check import CheckResult
from selfcare.model.payloads.dns import DnsStatus
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.probe import Platform
from tests.app.fakes import dns, link, probe

HEALTHY = (
    probe("link.interfaces", result=link()),
    probe("dns.os", result=dns(DnsStatus.NXDOMAIN, ("os",)), requires=("link.interfaces",)),
    probe("web.name", result=WebPayload((WebTry("a.example", "1.1.1.1", WebStatus.EXPECTED, True),))),
)
CABLE = (probe("link.interfaces", result=link(carrier=False)),)
NOTHING = (probe("link.interfaces", raises=RuntimeError()),)


class Bench:
    """Builds services over given probes and remembers the options of the last check."""

    def __init__(self, probes: tuple[RunnableProbe, ...], folder: Path) -> None:
        self.probes, self.folder = probes, folder
        self.asked: CheckOptions | None = None

    def __call__(self, language: str | None) -> Services:
        catalogue = Catalogue(language or "en")

        def run_check(options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
            self.asked = options
            sentences = Sentences(catalogue, {"selfcare": "0"})
            return Check(self.probes, sentences, Platform.LINUX, False, options, emit).run()

        specs = tuple(p.spec for p in self.probes)
        return Services(run_check, lambda: specs, load_profile, catalogue, lambda: None, self.folder, "0")


def _main(probes: tuple[RunnableProbe, ...], folder: Path, *argv: str) -> tuple[int, Bench]:
    bench = Bench(probes, folder)
    return main(list(argv), bench), bench


@pytest.mark.parametrize(("probes", "code"), [(HEALTHY, 0), (CABLE, 1), (NOTHING, 3)])
def test_exit_codes_of_a_check(probes: tuple[RunnableProbe, ...], code: int, tmp_path: Path) -> None:
    assert _main(probes, tmp_path, "check", "--json")[0] == code


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("nonsense",),
        ("check", "--timeout", "soon"),
        ("check", "--timeout", "-1"),
        ("check", "--symptom", "sad"),
        ("check", "--only", "no.such"),
        ("check", "--profile", "/nowhere.toml"),
        ("check", "--json", "--events"),
        ("check", "--symptom", "slow", "--since", "yesterday"),
        ("check", "--lang", "de"),
        ("check", "--jso"),
        ("check", "--only", ","),
        ("check", "--only", ""),
        ("check", "--since", "2026-11-22T18:00:00+01:00"),
        ("check", "--other-devices", "same"),
        ("check", "--list-contacts", "--only", "no.such"),
        ("check", "--list-contacts", "--events"),
        ("check", "--profile", ""),
    ],
)
def test_wrong_usage_is_2_and_says_why_on_stderr(
    argv: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _main(HEALTHY, tmp_path, *argv)[0] == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err


def test_json_is_the_only_thing_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _main(CABLE, tmp_path, "check", "--json")
    captured = capsys.readouterr()
    assert json.loads(captured.out)["verdict"]["code"] == "LAN-CABLE-DOWN"
    assert captured.err == ""


def test_events_are_json_lines_and_end_with_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _main(HEALTHY, tmp_path, "check", "--events")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["event"] == "check_started"
    assert lines[-1]["result"]["verdict"]["state"] == "ok"


@pytest.mark.parametrize(("language", "word"), [("fr", "câble"), ("en", "cable")])
def test_text_is_in_the_language_asked_for(
    language: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _main(CABLE, tmp_path, "check", "--lang", language, "-v")
    assert word in capsys.readouterr().out


def test_options_reach_the_check(tmp_path: Path) -> None:
    since = "2026-11-22T18:00:00+01:00"
    _, bench = _main(
        HEALTHY, tmp_path, "check", "--only", "dns.os", "--timeout", "3", "--symptom", "slow", "--since", since,
        "--other-devices", "same", "--profile", "orange",
    )  # fmt: skip
    assert bench.asked is not None
    assert (bench.asked.only, bench.asked.limit_s) == (("dns.os",), 3.0)
    assert bench.asked.symptom is not None
    assert (bench.asked.symptom.what, bench.asked.symptom.since) == ("slow", since)
    assert bench.asked.profile is not None
    assert bench.asked.profile.operator == "Orange"


def test_only_runs_what_is_asked_and_what_it_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _main(HEALTHY, tmp_path, "check", "--only", "dns.os", "--json")
    assert [m["id"] for m in json.loads(capsys.readouterr().out)["measurements"]] == ["link.interfaces", "dns.os"]


def test_a_deep_check_without_consent_is_refused_and_the_cost_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert _main(HEALTHY, tmp_path, "check", "--deep")[0] == 4
    assert "kB" in capsys.readouterr().err
    code, bench = _main(HEALTHY, tmp_path, "check", "--deep", "--yes")
    assert code == 0
    assert bench.asked is not None
    assert bench.asked.limit_s == 60


def test_list_contacts_prints_all_of_the_profile_and_contacts_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, bench = _main(HEALTHY, tmp_path, "check", "--list-contacts", "--json", "--profile", "orange")
    listed = json.loads(capsys.readouterr().out)
    profile = load_profile("orange")
    assert code == 0
    assert bench.asked is None
    contacts = {c["contact"] for c in listed["contacts"]}
    assert {f"{r.address}:53" for r in profile.resolvers} <= contacts
    assert set(profile.fixed_names) <= contacts
    assert all(c["purpose"] for c in listed["contacts"])
    assert listed["byte_budget"] == profile.byte_budget


@pytest.mark.parametrize("since", ["20261122T180000+0100", "2026-11-22 18:00+01:00", "2026-W47-7T18:00+01:00"])
def test_any_iso_8601_form_of_since_becomes_the_contracts(
    since: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _main(HEALTHY, tmp_path, "check", "--json", "--symptom", "no_web", "--since", since)
    assert json.loads(capsys.readouterr().out)["symptom"]["since"] == "2026-11-22T18:00:00+01:00"


def test_probes_lists_every_probe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _main(HEALTHY, tmp_path, "probes", "--json")[0] == 0
    assert [p["id"] for p in json.loads(capsys.readouterr().out)] == [p.spec.id for p in HEALTHY]

"""What is told of a link: facts in words, a curve or why there is none, what was ruled out, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.app.sentences import Sentences
from selfcare.diagnosis.facts import SOURCES
from selfcare.diagnosis.rules import RULES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.finding import Diagnosis, RuledOut
from selfcare.model.payloads.line import Ask, Series, Target
from selfcare.model.series import summarise
from selfcare.model.tri import Tri
from selfcare.wiring import build_services
from tests.ui import figures
from tests.ui.events import SCRIPTS
from ui.chain_state import STATIONS, LinkKind, LinkState, Station
from ui.check_state import CheckState
from ui.latency import LEAST_TOP_MS, curve, describe, title
from ui.latency import figures as figures_of
from ui.links import TOLD, LinkDetails, details, ruled_out_by_link, station_of, stations_of
from ui.messages import Emitted

BOTH = pytest.mark.parametrize("catalogue", [Catalogue(lang) for lang in LANGUAGES], ids=LANGUAGES)
FR = Catalogue("fr")


def after(name: str, catalogue: Catalogue = FR, events: int | None = None, deep: bool = False) -> CheckState:
    state = CheckState()
    state.begin(1, deep)
    for event in SCRIPTS[name].events(catalogue)[:events]:
        state.read(Emitted(1, event))
    return state


def of(name: str, station: Station, catalogue: Catalogue = FR, events: int | None = None) -> LinkDetails:
    state = after(name, catalogue, events)
    return details(catalogue, state, state.diagnosis, station)


@BOTH
def test_every_fact_told_is_known_and_has_its_words(catalogue: Catalogue) -> None:
    numbers = {"own_traffic_rate", "link_speed", "rate_down", "rate_up", "optical_rx", "dsl_margin"}
    for name in " ".join(TOLD.values()).split():
        fact = name.lstrip("!=#")
        assert (fact in numbers) == name.startswith("#")
        keys = [f"fact.{fact}.value"] if fact in numbers else [f"fact.{fact}.yes", f"fact.{fact}.no"]
        assert all(catalogue.has(key) for key in keys), fact
        assert fact in numbers or fact in SOURCES


def test_every_probe_belongs_to_a_link() -> None:
    assert [s.id for s in build_services("en").probes() if station_of(s.id) is None] == []


@BOTH
@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_every_link_of_every_script_reads(catalogue: Catalogue, name: str) -> None:
    for station in STATIONS:
        known = of(name, station, catalogue)
        words = [known.lead, known.no_curve, known.count, *known.ruled_out, *known.gaps, *(t.words for t in known.told)]
        assert known.lead
        assert not any("ui." in w or "fact." in w or "{" in w for w in words), words


def test_a_link_that_works_is_not_spoken_ill_of() -> None:
    for station in STATIONS:
        assert all(line.good is not False for line in of("ok_lines", station).told)
    script = SCRIPTS["ok_lines"]
    slow_box = replace(script, facts={**script.facts, "latency.gateway": {"gateway_latency_fine": Tri.NO}})
    state = CheckState()
    state.begin(1)
    for event in slow_box.events(FR):
        state.read(Emitted(1, event))
    told = {line.words: line.good for line in details(FR, state, state.diagnosis, Station.BOX).told}
    assert told["La box met trop de temps à répondre"] is None and told["La box répond"] is True
    script = SCRIPTS["wan_loss"]
    cut = replace(script, facts={**script.facts, "path.hops": {"box_says_unreachable": Tri.YES}})
    state.begin(1)
    for event in cut.events(FR):
        state.read(Emitted(1, event))
    lossy = {line.words: line.good for line in details(FR, state, state.diagnosis, Station.LINE).told}
    assert lossy["La box signale qu’elle n’a plus de chemin vers Internet"] is False


def test_a_fault_is_named_on_its_own_link_only() -> None:
    title = FR.text("code.ISP-DNS-DOWN.title")
    assert title in of("isp_dns", Station.ISP).lead
    assert not any(title in of("isp_dns", s).lead for s in STATIONS if s is not Station.ISP)


def test_the_evidence_stands_on_the_link_it_accuses_and_once() -> None:
    box = of("bloat", Station.BOX)
    assert box.because == ("Tout attend trop longtemps quand la ligne est bien remplie",)
    assert all(of("bloat", s).because == () for s in STATIONS if s is not Station.BOX)
    isp = of("isp_dns", Station.ISP)
    assert isp.because[0] == "Les serveurs DNS de l’opérateur, interrogés directement, ne répondent pas"
    assert not {line.words for line in isp.told} & set(isp.because)


def test_what_only_something_further_proves_is_said_so() -> None:
    known = of("ok", Station.LINE, FR)
    assert known.state is LinkState.FINE and known.told  # its own fact
    assert of("connecting", Station.PC).lead == FR.text("ui.link.lead.fine")
    script = SCRIPTS["ok"]
    bare = script.__class__(script.diagnosis, {"web.name": {"web_by_name": Tri.YES}})
    state = CheckState()
    state.begin(1)
    for event in bare.events(FR):
        state.read(Emitted(1, event))
    assert details(FR, state, state.diagnosis, Station.LINE).lead == FR.text("ui.link.lead.fine.beyond")


def test_gaps_say_why_and_nothing_is_counted_twice() -> None:
    known = of("ok_lines", Station.ISP)
    assert known.gaps == (f"{FR.text('probe.dns.configured')} — {FR.text('reason.source_unavailable')}",)
    assert known.count == FR.text("ui.link.count", parts="2 tests faits, 1 n’a rien donné, 1 sans objet")


def test_no_chart_and_no_frame_where_nothing_was_timed() -> None:
    assert of("no_chart", Station.LINE).curve is None
    assert FR.text("reason.permission_denied") in of("no_chart", Station.LINE).no_curve
    assert of("no_chart", Station.LINE).gaps == ()  # said once
    assert of("no_chart", Station.LINE).count == FR.text("ui.link.count", parts="1 test fait, 1 n’a rien donné")
    assert of("no_chart", Station.LINK).curve is not None
    assert (of("ok_lines", Station.PC).curve, of("ok_lines", Station.PC).no_curve) == (None, "")
    idle = details(FR, CheckState(), None, Station.LINE)
    assert (idle.curve, idle.no_curve, idle.told, idle.count) == (None, "", (), "")
    assert of("ok_lines", Station.LINE, events=12).no_curve == FR.text("ui.chart.none.coming")


def test_losses_that_others_refute_are_explained() -> None:
    script = SCRIPTS["wan_loss"]
    calm = script.__class__(
        script.diagnosis, {"latency.isp": {"outside_loss_free": Tri.YES}}, payloads=script.payloads
    )  # fmt: skip
    state = CheckState()
    state.begin(1)
    for event in calm.events(FR):
        state.read(Emitted(1, event))
    assert details(FR, state, None, Station.LINE).curve_note == FR.text("ui.chart.loss_unconfirmed")
    assert of("wan_loss", Station.LINE).curve_note == ""


@BOTH
def test_ruled_out_causes_stand_once_each_under_their_place(catalogue: Catalogue) -> None:
    everything = tuple(RuledOut(rule.code, "outside_answers", Tri.YES, "web.address") for rule in RULES)
    diagnosis = Sentences(catalogue, {}).fill(Diagnosis(SCRIPTS["ok"].diagnosis.verdict, (), everything))
    sections = ruled_out_by_link(catalogue, diagnosis, LinkKind.CABLE)
    assert sum(len(s.lines) for s in sections) == len(RULES)
    assert [s.title for s in sections] == [
        catalogue.text(f"ui.chain.{place}") for place in ("pc", "link.cable", "box", "line", "isp", "internet")
    ]  # fmt: skip
    unheard = RuledOut("OF-TOMORROW", "outside_answers", Tri.YES, "web.address")
    assert stations_of(unheard) == ()
    later = ruled_out_by_link(catalogue, Diagnosis(diagnosis.verdict, (), (unheard,)), LinkKind.CABLE)
    assert [s.title for s in later] == [catalogue.text("ui.why.elsewhere")]


def test_the_figures_of_a_curve() -> None:
    shown = curve(figures.latency((10.0, None, 12.0, 90.0, None, 11.0), Target.ANCHOR))
    assert shown is not None
    assert (shown.sent, shown.lost, shown.median_ms, shown.p95_ms, shown.top_ms) == (6, 2, 11.5, 90.0, 100.0)
    assert [f.value for f in figures_of(FR, shown)] == ["11,5\u00a0ms", "90\u00a0ms", "33,3\u00a0%"]
    assert "2 sur 6" in describe(FR, shown) and "Internet" in title(FR, shown)


def test_a_quiet_cable_is_not_drawn_as_a_storm() -> None:
    shown = curve(figures.latency(figures.quiet(50, 0.05), Target.GATEWAY))
    assert shown is not None and shown.top_ms == LEAST_TOP_MS


def test_nothing_heard_is_no_curve() -> None:
    assert curve(figures.latency((None, None), Target.ANCHOR)) is None
    assert curve(object()) is None and curve(None) is None
    kept_elsewhere = Series(Target.ANCHOR, Ask.ICMP, "a", None, (), True, summarise((4.0,)))
    assert curve(figures.latency((4.0,), Target.ANCHOR).__class__("eth0", (kept_elsewhere,), False)) is None

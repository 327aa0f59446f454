"""Whatever way a report is read, it says what was measured, when, and no more; the same on each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.case import Case, CaseHead, Downtime, Outage
from selfcare.redaction.by_key import ByKey
from selfcare.redaction.tokens import Public, from_stored
from selfcare.report import history, spoken
from selfcare.report.code_words import of_report
from selfcare.report.codes import decode
from selfcare.report.page_forms import Forms
from selfcare.report.page_top import top
from selfcare.report.page_words import Words
from selfcare.report.text import text_block
from tests.report import code_documents, documents

MADE = datetime.fromisoformat("2026-11-22T18:30:00+01:00")


def clean() -> ByKey:
    return ByKey(from_stored(b"k" * 32, {}, Public(), frozenset(), show_public=False), str)


def case(state: str, checked_ago: timedelta, *outages: Outage) -> Case:
    check = {"started": (MADE - checked_ago).isoformat(), "verdict": {"state": state}}
    return Case(CaseHead("CAS-7K3M-92QX", MADE.isoformat()), (), downtime=Downtime(outages=outages), checks=(check,))


def outage(ago: timedelta, seconds: float | None = None, source: str = "checks") -> Outage:
    return Outage((MADE - ago).isoformat(), None, seconds, "isp", source)


def since(told: Case) -> Any:
    return history.since(told, None, clean())


def test_an_outage_whose_end_nobody_saw_is_not_since_then() -> None:
    """It was down two weeks ago, and works now: nothing lasts."""
    old, now = timedelta(days=14), timedelta(minutes=2)
    assert since(case("ok", now, outage(old))) is None
    assert since(case("fault", now, outage(old))) is None, "what is wrong now may be something else"
    lasting = outage(timedelta(hours=1), 58 * 60.0)
    assert since(case("fault", now, outage(old), lasting)) == {"at": lasting.start, "source": "checks"}
    assert since(case("not_proven", now, lasting)) is not None
    assert since(case("fault", now, outage(now))) is None, "seen once: it may have begun yesterday"
    assert since(case("fault", now, outage(now, 60.0, source="box")))["source"] == "box"
    assert since(case("fault", now, outage(old, source="said"))) is None


def test_what_was_said_is_no_cut_that_was_seen() -> None:
    said = {"start": "2026-11-22T17:00:00+01:00", "end": None, "source": "said"}
    told = code_documents.document(downtime={"day_min": 0.0, "outages": [said]})
    assert spoken.read(spoken.spoken(told))["cuts"] == 1, "none seen"


def test_of_an_old_check_the_digits_say_nothing_for_certain() -> None:
    verdict = code_documents.document()["verdict"]
    fresh = spoken.read(spoken.spoken(code_documents.document()))
    assert fresh["beyond"] == spoken.FOUND
    for at in ("2026-11-21T18:29:00+01:00", None, "2026-11-22T19:40:00+01:00"):
        told = decode(spoken.spoken(code_documents.document(verdict={**verdict, "at": at})))
        assert told.data["beyond"] == spoken.SUSPECTED
        assert "pas certain" in told.lines[0]
    healthy = code_documents.document(verdict={"state": "ok", "at": "2026-11-21T18:29:00+01:00"}, check=None)
    old = spoken.read(spoken.spoken(healthy))
    assert (old["box"], old["verdict"]) == (spoken.UNKNOWN, spoken.NOTHING)


def test_advice_that_somebody_gave_is_nothing_that_was_tried() -> None:
    advice = [{"what": "advice", "source": "support", "effect": "unknown"}]
    assert spoken.read(spoken.spoken(code_documents.document(tried=advice)))["tried"] == 0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_way_says_when_it_was_checked(language: str) -> None:
    told = documents.fibre()
    day = {"fr": "22/11/2026", "en": "22 Nov 2026"}[language]
    assert f"{day}, 18:24" in text_block(told, language).split("\n")[0]
    lines = of_report(told, Catalogue(language, SUPPORT), Catalogue(language))
    assert "18:24" in lines[1] + lines[2]


def test_one_place_that_nothing_proved_is_not_accused() -> None:
    words = Words("fr", "fr")
    for state, hedge in (("not_proven", "non prouvé"), ("intermittent", "plus tôt")):
        told = documents.healthy()
        told["verdict"] = {**told["verdict"], "state": state, "segments": ["access"], "text": ""}
        side = top(told, words, Forms("fr", told["made"])).side
        assert hedge in side.lower() and "ligne" in side.lower(), side


def test_of_several_faults_each_way_tells_all() -> None:
    told = documents.fibre()
    told["verdict"] = {**told["verdict"], "state": "multiple"}
    told["check"]["findings"] = [
        documents.finding("ACC-FTTH-DARK", ["access"]),
        documents.finding("WIFI-WEAK", ["wifi"], band="likely"),
    ]
    block = text_block(told, "fr")
    assert "WIFI-WEAK" in block and "ACC-FTTH-DARK" in block
    lines = "\n".join(of_report(told, Catalogue("fr", SUPPORT), Catalogue("fr")))
    assert "Plusieurs" in lines


def test_a_healthy_check_does_not_deny_what_it_did_not_test() -> None:
    told = documents.healthy()
    told["symptom"] = {"what": "tv", "other_devices": "same", "words": ""}
    for language, word in (("fr", "test"), ("en", "test")):
        words = Words(language, "fr")
        assert word in top(told, words, Forms(language, told["made"])).side.lower()
        assert word in text_block(told, language).lower()
        lines = of_report(told, Catalogue(language, SUPPORT), Catalogue(language))
        assert Catalogue(language, SUPPORT).text("codes.untested.tv") in lines


def test_a_figure_is_told_once_and_in_words() -> None:
    """As the report itself writes them: the text has its value already."""
    told = documents.healthy()
    told["line"] = [
        {"name": "isp_delay", "value": 5.162, "unit": "ms", "grade": "good", "source": "check",
         "text": "Temps de réponse vers l’opérateur : 5,2 ms"},
        {"name": "link_kind", "value": "ethernet", "unit": "", "grade": None, "source": "check",
         "text": "Ordinateur relié par : câble"},
        {"name": "session", "value": "connected", "unit": "", "grade": "good", "source": "box",
         "text": "Connexion à l’opérateur : établie"},
    ]  # fmt: skip
    block = text_block(told, "fr")
    assert block.count("5,") == 1, block
    assert "ethernet" not in block and "câble" in block
    assert "connected" not in block and "établie" in block
    assert "ethernet" not in text_block(told, "en")


def read_out(told: Any) -> list[str]:
    return list(of_report(told, Catalogue("fr", SUPPORT), Catalogue("fr")))


def test_what_nobody_knows_was_not_left_out() -> None:
    """A line of unknown kind behind an unknown box: the full report has it no more than the picture."""
    told = code_documents.document(access=None, box=None, since=None, symptom=None, tried=None)
    assert cbor_left_out(told) == ["tried"]


def cbor_left_out(told: Any) -> list[str]:
    from selfcare.report.compact import dumps, loads

    found = loads(dumps(told)).get("left_out")
    assert isinstance(found, list)
    return found


def test_certain_of_what_it_is_and_not_of_whose_side() -> None:
    verdict = {**code_documents.document()["verdict"], "code": "WAN-LOSS", "segments": ["access", "isp"]}
    line = read_out(code_documents.document(verdict=verdict))[1]
    assert "rien ne départage" in line and "certain" in line


def test_words_without_a_kind_of_trouble_are_read_out() -> None:
    told = code_documents.document(symptom={"what": None, "other_devices": None, "words": "ma télé"})
    assert any("ma télé" in line for line in read_out(told))


def test_the_text_says_who_says_since_when() -> None:
    assert "dit par l'abonné" in text_block(documents.fibre(), "fr").split("\n")[2]


@pytest.mark.parametrize("name", ["healthy", "fibre"])
def test_the_first_screen_says_when_it_was_checked(name: str) -> None:
    from selfcare.report.page import page

    first = page(documents.ALL[name](), "fr").decode().partition('<dl class="marks">')[0]
    assert "22/11/2026,\u00a018:24" in first

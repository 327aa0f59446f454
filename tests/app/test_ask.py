"""The question box as a front end has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.app.ask import DOORS, AskState, Home
from selfcare.app.ask_home import home
from selfcare.ask.answers import AskError
from selfcare.ask.ranking import Known
from selfcare.cases import History, read_history
from selfcare.cases.asked import asked_of
from selfcare.cases.guide_runs import GuideRuns
from selfcare.guides import guide
from selfcare.model.guide import End
from selfcare.model.guide_run import Context
from tests.ask.phrases import Notes, desk, knowing

PRINTER = "mon imprimante wifi est introuvable"


def test_a_result_says_what_why_and_how() -> None:
    first = desk().ask(PRINTER).offers[0]
    assert (first.id, first.kind, first.target, first.command) == (
        "printer", "guide", "printer", "selfcare guide run printer",
    )  # fmt: skip
    assert first.title and "imprimante" in first.why


@pytest.mark.parametrize("text", ["", "???", "zzzz qqqq", "le président de la république", "\x00"])
def test_what_is_not_understood_is_said(text: str) -> None:
    reply = desk().ask(text)
    assert reply.state is AskState.NOT_UNDERSTOOD
    assert tuple(one.id for one in reply.offers) == DOORS
    assert reply.question is None


def test_in_english_as_far_as_titles_go() -> None:
    reply = desk(language="en").ask("restart the box")
    assert reply.offers[0].id == "box-restart"
    assert reply.offers[0].title == "Restart the box"


def test_what_the_last_check_found_is_said() -> None:
    text = "internet coupe le soir"
    first = desk().ask(text).offers
    code = guide("drops").codes[0]
    known = desk(home=knowing(codes=(code,))).ask(text)
    assert [o.id for o in known.offers].index("drops") <= [o.id for o in first].index("drops")
    assert next(o for o in known.offers if o.id == "drops").why == "La dernière vérification l’a montré."


def test_tried_and_left_are_said() -> None:
    tried = desk(home=knowing(tried=frozenset({"printer"}))).ask(PRINTER)
    (one,) = [o for o in tried.offers if o.id == "printer"]
    assert one.tried and "sans succès" in one.why
    left = desk(home=Home(Known(left=frozenset({"printer"})), {"printer": "20260101-ab"})).ask(PRINTER)
    assert left.offers[0].run == "20260101-ab"
    assert left.offers[0].command == "selfcare guide run --resume 20260101-ab"


def test_an_operator_named_in_the_question_goes_before_the_profile() -> None:
    def offered(text: str, operator: str) -> list[str]:
        return [one.id for one in desk(home=knowing(operator=operator)).ask(text).offers]

    shared = "redirection impossible, adresse partagée"
    assert offered(shared, "bouygues") != offered(shared, "free"), "else this test would say nothing"
    assert offered(f"{shared} chez Free", "bouygues") == offered(f"{shared} chez Free", "free")


def test_questions_back_end() -> None:
    """At most two, whatever is answered; each answer is kept under the same question."""
    notes = Notes()
    box = desk(notes=notes)
    reply, answers = box.ask("ça coupe la connexion"), dict[str, str]()
    first = reply.asked
    while reply.question is not None:
        answers[reply.question.id] = reply.question.options[0].id
        reply = box.ask("ça coupe la connexion", answers, reply.asked)
    assert len(answers) <= 2
    assert {subject for _, subject, _ in notes} == {first}


def test_an_answer_with_its_facts() -> None:
    told = desk(home=knowing(operator="free")).answer("support-number")
    assert told.text and told.facts and told.page == "check"
    with pytest.raises(AskError):
        desk().answer("weather")


def test_the_history_has_it_for_the_ticket(tmp_path: Path) -> None:
    history = History(tmp_path)
    box = desk(home=Home(), notes=None)
    box._note = history.note
    reply = box.ask(PRINTER)
    box.ask(PRINTER, {"devices": "one"}, reply.asked)
    box.opened(reply.asked, "printer")
    nothing = box.ask("zzzz")
    assert history.works
    history.close()
    last, first = asked_of(read_history(tmp_path))
    assert (last.id, last.text, last.offered, last.opened) == (nothing.asked, "zzzz", (), ())
    assert (first.text, first.answers, first.opened) == (PRINTER, {"devices": "one"}, ("printer",))
    assert first.offered[0] == "printer"


def test_the_home_is_what_was_seen_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = GuideRuns(tmp_path / "runs", lambda: 1_000_000.0)
    ends = {"printer": End.CONTACT, "drops": End.SOLVED, "dmz": False, "upnp": True}
    for name in ends:
        runs.begin(name, guide(name).digest, Context(family="freebox", operator="free", access="fibre"))
    monkeypatch.setattr("selfcare.app.ask_home.ended", lambda stored: ends[stored.guide])
    found = home(tmp_path, runs, "")
    assert (found.known.family, found.known.operator, found.known.access) == ("freebox", "free", "fibre")
    assert found.known.tried == {"printer"} and found.known.left == {"dmz"}
    assert found.runs is not None and found.runs["dmz"]
    runs.now = lambda: 1_000_000.0 + 8 * 86_400
    assert home(tmp_path, runs, "orange").known.tried == frozenset()
    assert home(tmp_path, runs, "orange").known.operator == "orange"


def test_an_empty_home(tmp_path: Path) -> None:
    assert home(tmp_path, GuideRuns(tmp_path / "runs"), "") == replace(Home(), runs={})

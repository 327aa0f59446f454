"""The case file: what belongs to a case, whoever writes and whatever the clock says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from selfcare.cases import read_history
from selfcare.cases.book import CaseBook, CaseError
from selfcare.contract.case import cases_document, load_case_schema
from selfcare.model.case import Channel, Contact
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from selfcare.store import Store
from selfcare.store.store import FILE
from tests.cases.bench import Bench

SYMPTOM = Symptom(SymptomKind.NO_WEB, "2026-11-22T17:00:00+00:00", OtherDevices.SAME)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def kinds(book: CaseBook, name: str | None = None) -> list[str]:
    case = book.case(name)
    assert case is not None
    return [event.kind for event in case.events]


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    book = CaseBook(tmp_path / "data")
    assert (book.heads(), book.case(), book.current(), book.case("CAS-7K3M-92QX"), book.retain()) == (
        (),
        None,
        None,
        None,
        0,
    )
    assert not (tmp_path / "data").exists()


def test_a_check_opens_no_case_and_belongs_to_the_next(bench: Bench) -> None:
    bench.check("fault", "WAN-DOWN", text="Rien ne répond")
    assert bench.book.current() is None
    bench.clock.on(hours=5)
    head = bench.book.open("plus rien depuis ce midi", SYMPTOM)
    assert (head.state, head.code, head.text) == ("fault", "WAN-DOWN", "Rien ne répond")
    assert (head.symptom, head.words) == (SYMPTOM, "plus rien depuis ce midi")
    case = bench.book.case(head.id.lower().replace("-", " "))
    assert case is not None and [d["verdict"]["code"] for d in case.checks] == ["WAN-DOWN"]
    assert kinds(bench.book) == ["check", "case"]


def test_one_case_at_a_time_and_its_stretch(bench: Bench) -> None:
    bench.note("ask", "old", text="il y a deux jours")
    bench.clock.on(days=2)
    bench.note("ask", "new", text="internet coupe")
    first = bench.book.open("coupures")
    assert bench.book.open("et le téléphone aussi").id == first.id
    bench.note("effect", "dns.flush", outcome="kept", code="PC-DNS")
    bench.book.close(first.id)
    bench.book.close(first.id)
    bench.note("ask", "between", text="entre les deux")
    second = bench.book.open("encore")
    assert second.id != first.id
    assert kinds(bench.book, first.id) == ["ask", "case", "case", "effect", "case"]
    assert kinds(bench.book, second.id) == ["ask", "case"]
    assert [head.id for head in bench.book.heads()] == [second.id, first.id]
    assert bench.book.heads()[1].words == "coupures\net le téléphone aussi"
    assert bench.book.heads()[1].closed is not None


def test_another_trouble_weeks_later_is_another_case(bench: Bench) -> None:
    """Proved solved and silent for a week: nobody closed it, and it is over."""
    first = bench.book.open("ça rame", Symptom(SymptomKind.SLOW))
    bench.check("ok")
    bench.clock.on(days=20)
    bench.check("fault", "ISP-DNS-DOWN")
    second = bench.book.open("plus rien", SYMPTOM)
    assert second.id != first.id and (second.words, second.code) == ("plus rien", "ISP-DNS-DOWN")
    old = bench.book.case(first.id)
    assert old is not None and old.head.closed is not None
    assert (old.head.words, old.head.state, len(old.checks)) == ("ça rame", "ok", 1)
    assert kinds(bench.book, second.id) == ["check", "case"], "today's check is the new one's"
    assert [one.data.get("why") for one in old.events][-1] == "quiet"
    assert bench.book.open("encore", SYMPTOM).id == second.id


def test_what_nobody_proved_solved_stays_the_same_case(bench: Bench) -> None:
    first = bench.book.open("ça rame", Symptom(SymptomKind.SLOW))
    bench.check("fault", "BOX-BLOAT")
    bench.clock.on(days=20)
    assert bench.book.open("ça rame encore").id == first.id
    assert bench.book.open("ça rame", Symptom(SymptomKind.SLOW)).id == first.id
    bench.check("ok")
    bench.clock.on(days=2)
    assert bench.book.open("encore").id == first.id, "two days are no silence"
    bench.clock.on(days=8)
    assert bench.book.open("et encore").id == first.id, "the check that was fine came before the last word"
    bench.check("ok")
    bench.clock.on(days=8)
    assert bench.book.open().id == first.id, "who says nothing begins nothing"
    assert bench.book.open("autre chose").id != first.id


def test_another_kind_of_trouble_after_a_week_of_silence_is_another_case(bench: Bench) -> None:
    first = bench.book.open("ça rame", Symptom(SymptomKind.SLOW))
    bench.clock.on(days=3)
    assert bench.book.open("", SYMPTOM).id == first.id
    bench.clock.on(days=8)
    second = bench.book.open("la télé", Symptom(SymptomKind.TV))
    assert second.id != first.id
    old = bench.book.case(first.id)
    assert old is not None and old.events[-1].data["why"] == "other"


def test_of_two_that_were_parted_each_is_deleted_alone(bench: Bench) -> None:
    first = bench.book.open("ça rame", Symptom(SymptomKind.SLOW))
    bench.check("ok")
    bench.clock.on(days=20)
    bench.check("fault", "ISP-DNS-DOWN")
    second = bench.book.open("plus rien", SYMPTOM)
    assert bench.book.unsettled() == (second.id,)
    bench.book.delete(first.id)
    assert bench.book.case(first.id) is None
    left = bench.book.case(second.id)
    assert left is not None and (left.head.words, len(left.checks)) == ("plus rien", 1)
    bench.book.delete(second.id)
    assert bench.book.heads() == () and bench.book.open("trois").words == "trois"


def test_a_new_case_may_be_asked_for(bench: Bench) -> None:
    first = bench.book.open("un")
    second = bench.book.open("deux", new=True)
    assert second.id != first.id and second.words == "deux"
    assert [head.closed is None for head in bench.book.heads()] == [True, False]
    assert bench.book.open("trois", new=True).id not in (first.id, second.id)
    assert len([head for head in bench.book.heads() if head.closed is None]) == 1


def test_what_this_program_ended_without_a_proof_is_closed_by_its_owner(bench: Bench) -> None:
    first = bench.book.open("un")
    bench.book.open("deux", new=True)
    for _ in range(2):
        bench.book.close(first.id)
    case = bench.book.case(first.id)
    assert case is not None and [one.data.get("why") for one in case.events] == [None, "asked", None]
    assert bench.book.current() is not None and bench.book.current().id != first.id  # type: ignore[union-attr]


def test_a_clock_that_leaps_ends_no_case(bench: Bench) -> None:
    """Back in time, or years ahead: nothing is known of any silence."""
    first = bench.book.open("ça rame")
    bench.check("ok")
    bench.clock.on(days=-400)
    assert bench.book.open("encore").id == first.id


def test_what_comes_late_names_its_case(bench: Bench) -> None:
    first = bench.book.open("un")
    bench.book.ticket(first.id, {"id": "t-1", "did": "sent"})
    bench.book.close(first.id)
    second = bench.book.open("deux")
    bench.book.ticket(first.id, {"id": "t-1", "did": "reply", "text": "réparé"})
    assert kinds(bench.book, first.id) == ["case", "ticket", "case", "ticket"]
    assert kinds(bench.book, second.id) == ["case"]
    assert bench.book.heads()[1].tickets == ("t-1",)


@pytest.mark.parametrize("wrong", ["1970-01-01", "2040-06-01", "2026-01-02"])
def test_a_clock_that_is_put_right_takes_nothing_away(bench: Bench, wrong: str) -> None:
    """Whatever it said in between: ids order things."""
    right = bench.clock.at
    bench.clock.at = right - timedelta(days=3)
    bench.note("ask", "days-ago")
    bench.clock.at = right - timedelta(minutes=20)
    bench.note("ask", "lately")
    bench.clock.at = datetime.fromisoformat(wrong).replace(tzinfo=UTC)
    head = bench.book.open("plus rien")
    bench.note("effect", "dns.flush", outcome="undone")
    bench.clock.at = right
    bench.book.close(head.id)
    bench.note("ask", "later")
    found = [event.subject for event in bench.book.case(head.id).events if event.kind != "case"]  # type: ignore[union-attr]
    assert found[-1] == "dns.flush" and "later" not in found
    # Opened by a clock that is years ahead, a case cannot know that the last line is twenty minutes old.
    assert ("lately" in found) == (wrong != "2040-06-01")


def test_lines_of_a_wrong_clock_within_the_last_day_belong(bench: Bench) -> None:
    bench.clock.on(days=-3)
    bench.note("ask", "days-ago")
    bench.clock.on(days=3)
    bench.note("ask", "a")
    right, bench.clock.at = bench.clock.at, datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    bench.note("ask", "b")
    bench.clock.at = right + timedelta(hours=1)
    bench.book.open("x")
    assert [e.subject for e in bench.book.case().events if e.kind == "ask"] == ["a", "b"]  # type: ignore[union-attr]


def test_every_kind_of_line_is_seen_and_taken_along(bench: Bench) -> None:
    """The subscriber sees all that is written about them: whoever adds a kind of line adds it here."""
    head = bench.book.open("plus rien", SYMPTOM)
    bench.check("fault", "ISP-DNS-DOWN", text="Les serveurs")
    for kind in ("proposal", "consent", "effect", "undo", "guide", "ask", "box", "walk"):
        bench.note(kind, f"of-{kind}", note=f"words of {kind}")
    bench.book.note(head.id, "le voisin a la même panne")
    bench.book.contact(
        head.id, Contact("2026-11-22T18:10:00+00:00", Channel.PHONE, 25, 0, "Julie", answer="redémarrez")
    )
    bench.book.ticket(head.id, {"id": "t-1", "did": "sent", "number": "4711"})
    bench.book.report(head.id, {"id": "r-1", "did": "consent", "sections": ["words"]})
    with closing(sqlite3.connect(bench.folder / FILE)) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'history'").fetchone()[0]
    known = {word for word in sql.split("'")[1::2]}
    exported = bench.book.export(head.id)
    assert {event["kind"] for event in exported["events"]} == known
    jsonschema.Draft202012Validator(load_case_schema()).validate(exported)
    jsonschema.Draft202012Validator(load_case_schema()).validate(cases_document(bench.book.heads()))
    lines = {line.id: line for line in read_history(bench.folder)}
    assert {e["id"]: e["data"] for e in exported["events"]} == {id_: dict(line.data) for id_, line in lines.items()}
    assert exported["contacts"][0]["waited_min"] == 25 and exported["checks"][0]["verdict"]["text"] == "Les serveurs"


def test_what_is_damaged_is_shown_as_it_stands(bench: Bench) -> None:
    head = bench.book.open("x")
    with closing(sqlite3.connect(bench.folder / FILE)) as connection:
        connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES ('?', '', 'note', '', '{oops')")
        connection.commit()
    assert bench.book.export(head.id)["events"][-1]["data"] == {"unreadable": "{oops"}


def test_a_case_that_is_not_there(bench: Bench) -> None:
    bench.book.open("x")
    for ask in (bench.book.close, bench.book.delete, bench.book.export, lambda name: bench.book.note(name, "x")):
        with pytest.raises(CaseError) as caught:
            ask("CAS-7K3M-92QX")
        assert caught.value.code == "case_unknown"
    assert bench.book.case("nonsense") is None


def test_a_check_and_its_line_are_both_there_or_neither(bench: Bench) -> None:
    row = bench.check("ok")
    (line,) = read_history(bench.folder)
    assert (line.kind, line.subject, line.data["check"], line.data["state"]) == ("check", "kept", row, "ok")

    def broken() -> datetime:
        raise ArithmeticError

    book = CaseBook(bench.folder, broken)
    with pytest.raises(ArithmeticError):
        book.record_check({"verdict": {"state": "ok", "code": None}}, "2026-11-22T18:00:00+00:00")
    with Store(bench.folder) as store:
        assert [one.id for one in store.recent()] == [row]


def test_the_boxes_figures_tell_of_the_time_before(bench: Bench) -> None:
    from selfcare.model.box.line_sample import LineSample
    from selfcare.store.lines import LineHistory

    at = bench.clock.at.timestamp()
    lines = LineHistory(bench.folder)
    week = 8 * 86_400.0
    for ago, session, lasts in ((1200, "connected", week), (900, "disconnected", None), (600, "disconnected", None)):
        assert lines.add("b", LineSample(at - ago, session=session, session_time=lasts))  # type: ignore[arg-type]
    assert lines.add("b", LineSample(at - 60, session="connected", session_time=240.0))  # type: ignore[arg-type]
    with closing(sqlite3.connect(bench.folder / FILE)) as connection:  # another box, and what is damaged
        connection.execute("INSERT INTO box_line (box, at, figures) VALUES ('b', ?, '{oops')", (at - 30,))
        connection.execute("INSERT INTO box_line (box, at, figures) VALUES ('b', ?, '{\"session\": 3}')", (at - 20,))
        connection.commit()
    bench.book.open("x")
    case = bench.book.case()
    assert case is not None
    assert (case.downtime.day_min, case.downtime.week_min, case.downtime.month_min) == (10.0, 10.0, None)

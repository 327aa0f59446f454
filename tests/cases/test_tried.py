"""Already tried: what was done, once each, and an effect only where something measured afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.cases.history import Line
from selfcare.cases.tried import tried
from selfcare.model.case import Effect, Source, Tried
from selfcare.model.guide import End
from tests.cases.bench import START, line


def lines(*steps: tuple[Any, ...], apart: timedelta = timedelta(minutes=1)) -> list[Line]:
    """(kind, subject, data), each a minute after the last."""
    return [line(n, kind, subject, START + n * apart, **data) for n, (kind, subject, data) in enumerate(steps, 1)]


def only(*steps: tuple[Any, ...], ends: Any = None, **more: Any) -> Tried:
    (found,) = tried(lines(*steps, **more), ends)
    return found


FAULT = ("check", "full", {"state": "fault", "code": "WAN-DOWN"})
OTHER = ("check", "full", {"state": "fault", "code": "PC-DNS"})
OK = ("check", "full", {"state": "ok", "code": None})
PART = ("check", "part", {"state": "ok", "code": None})
AGREED = ("consent", "dns.flush", {"approved": True})


def effect(outcome: str, code: str | None = "PC-DNS", remedy: str = "dns.flush", **data: Any) -> tuple[Any, ...]:
    return ("effect", remedy, {"outcome": outcome, "code": code, "entries": [], **data})


@pytest.mark.parametrize(("outcome", "told"), [
    ("kept", Effect.HELPED), ("undone", Effect.NONE), ("not_helped", Effect.NONE), ("failed", Effect.UNKNOWN),
    ("refused", Effect.REFUSED), ("caution", Effect.REFUSED), ("stuck", Effect.UNKNOWN),
    ("done_by_hand", Effect.HELPED),
])  # fmt: skip
def test_what_the_repair_itself_measured(outcome: str, told: Effect) -> None:
    found = only(AGREED, effect(outcome))
    assert (found.what, found.source, found.effect, found.outcome) == ("dns.flush", Source.REMEDY, told, outcome)


def test_by_hand_nobody_knows_unless_a_check_says_so() -> None:
    assert only(AGREED, effect("kept", None)).effect is Effect.UNKNOWN
    assert only(FAULT, AGREED, effect("kept", None), OK).effect is Effect.SOLVED
    assert only(FAULT, AGREED, effect("kept", None), PART).effect is Effect.UNKNOWN
    assert only(FAULT, AGREED, effect("kept", None), FAULT).effect is Effect.NONE
    assert only(FAULT, AGREED, effect("kept", None), OTHER).effect is Effect.UNKNOWN
    assert only(OK, AGREED, effect("kept", None), OK).effect is Effect.UNKNOWN


def test_a_check_of_another_day_or_of_another_clock_proves_nothing() -> None:
    steps = (FAULT, AGREED, effect("kept", None), OK)
    assert only(*steps, apart=timedelta(hours=2)).effect is Effect.UNKNOWN
    assert only(*steps, apart=timedelta(hours=-1)).effect is Effect.UNKNOWN


def test_of_two_things_between_two_checks_nobody_knows_which_it_was() -> None:
    box = ("box", "reboot", {"entry": "e", "outcome": "done"})
    found = tried(lines(FAULT, effect("kept", None), box, OK))
    assert [(one.what, one.effect) for one in found] == [("reboot", Effect.UNKNOWN), ("dns.flush", Effect.UNKNOWN)]
    found = tried(lines(FAULT, effect("refused"), box, OK))
    assert [(one.what, one.effect) for one in found] == [("reboot", Effect.SOLVED), ("dns.flush", Effect.REFUSED)]


def test_only_shown_is_not_tried() -> None:
    proposal = ("proposal", "cable", {"plan": []})
    assert tried(lines(proposal, effect("proposed"))) == ()
    assert tried(lines(proposal, ("consent", "cable", {"approved": False}), effect("for_you", remedy="cable"))) == ()
    said_done = tried(lines(("consent", "cable", {"approved": True}), effect("for_you", remedy="cable")))
    assert [one.effect for one in said_done] == [Effect.UNKNOWN]


def test_cut_off_in_the_middle() -> None:
    assert only(AGREED).outcome == "cut_off"
    keeping = effect("keeping", entries=["a", "b"])
    assert only(AGREED, keeping).outcome == "keeping"
    assert only(AGREED, keeping, effect("kept", entries=["a", "b"])).times == 1
    assert only(AGREED, keeping, ("undo", "recovered", {"entries": ["a"]})).effect is Effect.UNDONE


def test_what_was_put_back_is_no_longer_there() -> None:
    kept = effect("kept", entries=["a"])
    assert only(kept, ("undo", "by_hand", {"entries": ["a"]})).effect is Effect.UNDONE
    over = only(kept, ("undo", "dns.trial", {"entries": ["a"], "why": "works_again"}))
    assert (over.effect, over.outcome) == (Effect.HELPED, "over")
    # That it did not help stays true although it was put back.
    assert only(("undo", "dns.flush", {"entries": ["a"]}), effect("undone", entries=["a"])).effect is Effect.NONE


def test_again_and_again_is_one_entry() -> None:
    found = only(effect("undone"), effect("refused"), effect("failed"), effect("undone"), effect("failed"))
    assert (found.times, found.effect) == (4, Effect.NONE)
    assert found.at == (START + timedelta(minutes=5)).isoformat()
    assert only(effect("refused"), effect("refused")).times == 2


def guide(did: str, value: Any = None, step: str = "s", **more: Any) -> tuple[Any, ...]:
    return ("guide", "box-restart", {"run": "r1", "did": did, "value": value, "step": step, **more})


DONE, YES, NO = guide("confirmed", "done"), guide("tested", "yes", test="x"), guide("tested", "no", test="x")


def test_guides() -> None:
    assert tried(lines(guide("branched", "b"), guide("abandoned"))) == ()
    assert only(DONE, YES, ends={"r1": End.SOLVED}).effect is Effect.SOLVED
    assert only(DONE, NO, ends={"r1": End.CONTACT}).effect is Effect.NONE
    assert only(DONE, NO, DONE, YES, ends={"r1": End.SOLVED}).effect is Effect.SOLVED
    assert only(YES, DONE, ends={"r1": End.SOLVED}).effect is Effect.UNKNOWN  # the test was before
    believed = guide("tested", "yes", believed=True)
    assert only(DONE, believed, ends={"r1": End.SOLVED}).effect is Effect.UNKNOWN
    told = only(DONE, guide("confirmed", "yes"), ends={"r1": End.SOLVED})
    assert (told.effect, told.outcome, told.steps) == (Effect.UNKNOWN, "solved", ("s",))
    assert only(FAULT, DONE, guide("confirmed", "yes"), OK, ends={"r1": End.SOLVED}).effect is Effect.SOLVED
    assert only(DONE).outcome == "left_open"


def test_what_a_guide_did_on_the_box_is_told_once() -> None:
    acted = guide("acted", "done", entry="e1")
    box = ("box", "reboot", {"entry": "e1", "outcome": "done"})
    assert only(box, acted).source is Source.GUIDE
    assert only(box, acted, guide("undone", entry="e1"), ends={"r1": End.SOLVED}).effect is Effect.UNDONE


def test_the_box() -> None:
    done, undone = ({"entry": "e", "outcome": word} for word in ("done", "undone"))
    assert only(("box", "wifi", done)).effect is Effect.UNKNOWN
    assert only(FAULT, ("box", "wifi", done), OK).effect is Effect.SOLVED
    assert only(("box", "wifi", done), ("box", "wifi", undone)).effect is Effect.UNDONE
    assert only(("box", "wifi", {"entry": "e", "outcome": "put_back"})).effect is Effect.UNDONE
    assert only(("box", "wifi", {"outcome": "declined"})).effect is Effect.REFUSED
    assert tried(lines(("box", "wifi", {"outcome": "nothing_to_do"}))) == ()


def test_what_people_said() -> None:
    found = tried(lines(
        ("contact", "phone", {"answer": "Débranchez 10 min"}), ("note", "c", {"text": "fait deux fois", "tried": True}),
        ("note", "c", {"text": "ma télé ne marche plus"}),  # trouble told, and nothing tried
        ("contact", "phone", {"answer": ""}),
    ))  # fmt: skip
    assert [(one.what, one.source, one.effect, one.text) for one in found] == [
        ("note", Source.SELF, Effect.UNKNOWN, "fait deux fois"),
        ("advice", Source.SUPPORT, Effect.UNKNOWN, "Débranchez 10 min"),
    ]


KINDS = ("check", "proposal", "consent", "effect", "undo", "guide", "box", "note", "contact", "ask", "case")
WORDS = st.sampled_from([
    "ok", "fault", "full", "kept", "part", "done", "undone", "failed", "refused", "a", "b", "WAN-DOWN", "", None, True,
    3, [], ["a"], ["a", "b"], {}, "works_again", "solved", "tested", "acted", "confirmed", "yes", "no", "keeping",
])  # fmt: skip
NAMES = (
    "state",
    "code",
    "outcome",
    "entries",
    "entry",
    "approved",
    "run",
    "did",
    "value",
    "why",
    "answer",
    "text",
    "step",
)


@st.composite
def histories(draw: st.DrawFn) -> list[Line]:
    made = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        at = START + timedelta(minutes=draw(st.integers(-100, 100)))
        data = draw(st.dictionaries(st.sampled_from(NAMES), WORDS, max_size=6))
        subject = draw(st.sampled_from(["full", "kept", "dns.flush", "wifi", "box-restart"]))
        made.append(Line(number, at.isoformat(), "r", draw(st.sampled_from(KINDS)), subject, data))
    return made


@given(histories(), st.sampled_from([{}, {"a": End.SOLVED, "b": End.CONTACT}]))
def test_whatever_is_written_nothing_breaks_or_is_made_up(known: list[Line], ends: dict[str, End]) -> None:
    found = tried(known, ends)
    assert len({(one.what, one.source, one.text) for one in found}) == len(found)
    written = {one.at for one in known}
    for one in found:
        assert one.times >= 1 and one.at in written and datetime.fromisoformat(one.at)
    # Without a check, without the repair's own word and without a test nobody claims to have measured.
    dumb = [one for one in known if one.kind not in ("check", "effect", "guide")]
    assert all(one.effect not in (Effect.SOLVED, Effect.HELPED, Effect.NONE) for one in tried(dumb, ends))
    assert tried(list(reversed(known)), ends) == found  # ids order them


def test_the_titles_are_those_of_the_catalogue() -> None:
    from selfcare.cases.worded import worded

    steps = (
        effect("undone"),
        ("box", "reboot", {"entry": "e", "outcome": "done"}),
        DONE,
        ("note", "c", {"text": "é", "tried": True}),
    )
    found = worded(tried(lines(*steps)), "fr")
    assert [one.text.replace("\xa0", " ").replace("\u202f", " ") for one in found] == [
        "« é »",
        "Redémarrer la box (guide) : commencé, pas terminé",
        "Redémarrer la box : effet non mesuré",
        "Vider la mémoire des noms : sans effet, remis comme avant",
    ]


def test_every_end_has_a_sentence() -> None:
    from selfcare.cases.worded import worded

    for language in ("fr", "en"):
        for told in Effect:
            for outcome in ("", "kept", "failed", "solved", "of another version"):
                (found,) = worded([Tried("gone.remedy", Source.REMEDY, told, "", 2, outcome=outcome)], language)
                assert "case." not in found.text and "gone.remedy" in found.text and "2" in found.text


def test_what_came_back_was_not_solved() -> None:
    """Working an hour after a restart, broken again in the evening: an agent must not read "solved"."""
    kept = effect("kept", None)
    found = only(FAULT, AGREED, kept, OK, FAULT)
    assert (found.effect, found.outcome) == (Effect.HELPED, "came_back")
    assert only(FAULT, AGREED, kept, OK, OTHER).effect is Effect.SOLVED
    assert only(FAULT, AGREED, kept, OK, PART, OK).effect is Effect.SOLVED
    guided = only(FAULT, DONE, YES, FAULT, ends={"r1": End.SOLVED})
    assert (guided.effect, guided.outcome) == (Effect.HELPED, "came_back")
    assert only(FAULT, AGREED, effect("kept"), OTHER, FAULT).outcome == "came_back"


def test_a_report_has_the_title_and_beside_it_what_it_did() -> None:
    from selfcare.cases.worded import titled

    steps = (effect("undone"), effect("undone"), ("note", "c", {"text": "é", "tried": True}))
    found = titled(tried(lines(*steps)), "fr")
    assert [(one.text.replace("\xa0", " "), one.said) for one in found] == [
        ("« é »", "effet non mesuré"), ("Vider la mémoire des noms", "sans effet, remis comme avant"),
    ]  # fmt: skip

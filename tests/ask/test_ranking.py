"""What is known of the home decides between what is close; it hides nothing that the words say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.ask.documents import written
from selfcare.ask.questions import answered, next_question, questions
from selfcare.ask.ranking import Known, factor, ranked
from selfcare.ask.search import Scored
from selfcare.i18n import LANGUAGES, Catalogue

NO = frozenset[str]()
SCORED = {"a": Scored(10.0, {"wifi": 1.0}), "b": Scored(9.0), "c": Scored(8.0), "d": Scored(7.9)}


def order(known: Known = Known(), codes: dict[str, frozenset[str]] | None = None) -> list[str]:  # noqa: B008, RUF100
    return [one.id for one in ranked(SCORED, codes or {}, known)]


def test_the_words_alone() -> None:
    assert order() == ["a", "b", "c", "d"]


def test_what_the_last_check_found_comes_first() -> None:
    assert order(Known(codes=("WIFI-WEAK",)), {"c": frozenset({"WIFI-WEAK"})})[0] == "c"


def test_what_was_tried_comes_later_and_what_was_left_earlier() -> None:
    assert order(Known(tried=frozenset("a")))[0] == "b"
    assert order(Known(left=frozenset("b")))[0] == "b"
    assert order(Known(left=frozenset("a"), tried=frozenset("a")))[0] == "a", "one that can be gone on with"


def test_the_best_by_its_words_is_in_sight_though_all_speaks_against_it() -> None:
    assert order(Known(less=("a", "a", "a"), tried=frozenset("a"))) == ["b", "c", "a", "d"]


def test_the_kind_of_line() -> None:
    assert factor("dsl-filter", NO, Known(access="fibre")) < 1 < factor("dsl-filter", NO, Known(access="dsl"))
    assert factor("dsl-filter", NO, Known()) == 1 == factor("printer", NO, Known(access="dsl", operator="free"))
    assert factor("vpn-box", NO, Known(family="freebox")) > 1


NAMES = st.sampled_from(sorted(written()))
KNOWN = st.builds(
    Known, family=st.sampled_from(["", "freebox", "fritz"]), access=st.sampled_from(["", "dsl", "fibre"]),
    codes=st.just(("X",)), tried=st.frozensets(NAMES), left=st.frozensets(NAMES),
    more=st.lists(NAMES).map(tuple), less=st.lists(NAMES).map(tuple),
)  # fmt: skip


@given(st.dictionaries(NAMES, st.floats(0.1, 50), min_size=1), KNOWN, st.frozensets(NAMES))
def test_the_best_by_its_words_is_always_in_sight(texts: dict[str, float], known: Known, found: frozenset[str]) -> None:
    scored = {name: Scored(score) for name, score in texts.items()}
    shown = ranked(scored, {name: frozenset({"X"}) for name in found}, known)
    assert sorted(one.id for one in shown) == sorted(texts)
    best = max(texts.values())
    assert any(one.text == best for one in shown[:3])


@pytest.mark.parametrize("name", questions())
def test_questions_name_what_there_is(name: str) -> None:
    one = questions()[name]
    assert one.of <= set(written())
    assert len(one.choices) >= 2
    for choice in one.choices:
        assert {*choice.more, *choice.less} <= set(written())
        for language in LANGUAGES:
            assert Catalogue(language).has(f"ask.question.{name}.{choice.id}")


def test_a_question_is_asked_where_it_matters_only() -> None:
    close = {"wifi-name-key": Scored(10.0), "wifi-connect-device": Scored(9.5)}
    far = {"wifi-name-key": Scored(30.0), "wifi-connect-device": Scored(3.0)}

    def ask(
        scored: dict[str, Scored], words: tuple[str, ...] = (), answers: dict[str, str] | None = None
    ) -> str | None:
        found = next_question(lambda known: ranked(scored, {}, known), Known(), words, answers or {})
        return None if found is None else found.id

    assert ask(close) == "want"
    assert ask(far) is None
    assert ask(close, ("changer",)) is None, "it was said"
    assert ask(close, (), {"want": ""}) is None, "it was left open"
    assert ask(close, (), {"since": "", "link": ""}) is None, "two are enough"


def test_what_is_known_is_not_asked() -> None:
    scored = {"dsl-resync": Scored(10.0), "fibre-lights": Scored(9.9), "dsl-filter": Scored(9.0)}
    for known, question in ((Known(), "line"), (Known(access="dsl"), None)):
        found = next_question(lambda told: ranked(scored, {}, told), known, (), {})
        assert (found and found.id) == question


def test_an_answer_changes_the_order() -> None:
    scored = {"wifi-name-key": Scored(10.0), "wifi-connect-device": Scored(9.5)}
    known = answered(Known(), {"want": "find", "nonsense": "x", "since": "nonsense"})
    assert ranked(scored, {}, known)[0].id == "wifi-connect-device"

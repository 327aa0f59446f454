"""Every guide that ships: readable, sensible, with all its sentences and facts."""

from __future__ import annotations

from datetime import date

import pytest

from selfcare.guides import all_guides, edges, guide, guide_ids
from selfcare.guides.menus import FOLDER as MENUS
from selfcare.guides.menus import menu, menus
from selfcare.guides.validate import unknown_arguments
from selfcare.guides.words import GuideWords, missing
from selfcare.i18n import Catalogue
from selfcare.isp.facts import FOLDER as FACTS
from selfcare.isp.facts import fact, facts
from selfcare.model.guide import Ask, Do, Instruct, Outcome

TODAY = date(2026, 11, 22)
OPERATORS = tuple(path.stem for path in FACTS.glob("*.toml"))


@pytest.mark.parametrize("name", guide_ids())
def test_a_guide_makes_sense_and_has_its_sentences(name: str) -> None:
    one = guide(name)
    assert list(missing(one)) == []
    assert unknown_arguments(one) == set()


@pytest.mark.parametrize("name", guide_ids())
def test_what_was_done_is_said_as_done(name: str) -> None:
    """At the end, "we ask the box" would promise what is over."""
    one = guide(name)
    done = [step.id for step in one.steps.values() if isinstance(step, Do)]
    for language in one.languages:
        assert [d for d in done if not GuideWords(language).has(f"{name}.{d}.made")] == [], language


@pytest.mark.parametrize("name", guide_ids())
def test_what_a_guide_names_is_there(name: str) -> None:
    for step in guide(name).steps.values():
        if isinstance(step, Outcome):
            assert set(step.guides) <= set(guide_ids()), step.id
        if isinstance(step, Instruct) and step.menu:
            assert menu(step.menu, "somebody's") is not None, f"{step.id}: no words for any box: {step.menu}"
        for one in step.facts if isinstance(step, Instruct | Ask | Outcome) else ():
            assert fact(one, "") or any(one in facts(name) for name in OPERATORS), f"{step.id}: {one}"


@pytest.mark.parametrize("name", guide_ids())
def test_who_did_something_is_checked_or_asked(name: str) -> None:
    """An instruction whose result nobody looks at must not be the last word before "solved"."""
    one = guide(name)
    words = Catalogue("fr", "guides")
    for step in one.steps.values():
        if isinstance(step, Instruct):
            after = one.steps[step.next]
            believed = not edges.tests(step) and not words.has(f"{name}.{step.id}.question")
            assert not (believed and isinstance(after, Outcome) and after.end == "solved"), step.id


@pytest.mark.parametrize("family", sorted(path.stem for path in MENUS.glob("*.toml")))
def test_menus_have_a_source_or_are_words_to_look_for(family: str) -> None:
    for one in menus(family):
        assert one.verified != bool(one.labels)
        assert one.checked is None or one.checked <= TODAY


@pytest.mark.parametrize("operator", OPERATORS)
def test_facts_have_a_source_or_say_that_they_are_unchecked(operator: str) -> None:
    for one in facts(operator).values():
        assert one.verified == bool(one.source)
        assert one.checked is None or one.checked <= TODAY


def test_a_guide_in_english_has_its_facts_in_english() -> None:
    for one in filter(lambda one: "en" in one.languages, all_guides()):
        named = {name for step in one.steps.values() for name in getattr(step, "facts", ())}
        for operator in OPERATORS:
            french = [name for name in named if (said := facts(operator).get(name)) and "en" not in said.text]
            assert french == [], (one.id, operator)

"""Short answers: each has its sentences, and what it names is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.ask.answers import AskError, answer, answers, read_answers
from selfcare.guides import guide_ids
from selfcare.i18n import Catalogue
from selfcare.isp.facts import fact

WORDS = Catalogue("fr", "guides")
NAMES = tuple(answers())


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_has_its_sentences(name: str) -> None:
    assert WORDS.has(answer(name).title) and WORDS.has(answer(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_there_for_whoever_the_operator_is(name: str) -> None:
    """Also for one nobody knows: what is said must not depend on having recognised the line."""
    assert [one for one in answer(name).facts if fact(one, "") is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_guides_it_leads_to_are_there(name: str) -> None:
    assert set(answer(name).guides) <= set(guide_ids())


def test_no_sentence_is_left_without_its_answer() -> None:
    source = Path(__file__).parents[2] / "selfcare/i18n/po/fr/guides/answers.po"
    keys = {line.split('"')[1] for line in source.read_text(encoding="utf-8").splitlines() if line.startswith("msgid")}
    assert keys - {""} == {key for one in answers().values() for key in (one.title, one.text)}


def test_an_answer_nobody_wrote() -> None:
    with pytest.raises(AskError):
        answer("weather")


@pytest.mark.parametrize(
    "text",
    [
        'answer = [{ id = "a" }, { id = "a" }]',
        'answer = [{ id = "a", page = "shop" }]',
        'answer = [{ id = "a", guide = ["x"] }]',
        'answer = [{ id = "a", facts = "x" }]',
        'answer = [{ id = "a", guides = ["x", "x"] }]',
        "answer = [{ page = 'box' }]",
        'answers = [{ id = "a" }]',
        "[",
    ],
)
def test_a_slip_in_the_file_is_seen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AskError):
        read_answers(path)

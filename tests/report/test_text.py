"""The block for a field that takes no file: never too long, what matters most first, nothing such a field spoils."""

from __future__ import annotations

import pytest

from selfcare.report.text import MOST, text_block
from tests.report import documents


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", documents.ALL)
def test_never_too_long(name: str, language: str) -> None:
    text = text_block(documents.ALL[name](), language)
    assert 0 < len(text.encode("utf-16-le")) // 2 <= MOST == 1000


@pytest.mark.parametrize("sign", ["é", "\U0001f600", "x ", "\n", "\u202e", "W" * 30 + " "])
def test_never_too_long_whatever_it_is_made_of(sign: str) -> None:
    assert len(text_block(documents.hostile(sign * 20_000), "fr").encode("utf-16-le")) // 2 <= MOST


def test_cut_after_two_hundred_it_still_says_what_and_whose() -> None:
    text = text_block(documents.fibre(), "fr")[:200]
    for said in (
        "CAS-7K3M-92QX",
        "ACC-FTTH-DARK",
        "Certain",
        "Fibre sans lumière",
        "Ligne d'accès",
        "21/11/2026, 15:18",
        "1 440 min",
    ):
        assert said in text


def test_it_says_all_that_nobody_wants_to_say_again() -> None:
    text = text_block(documents.fibre(), "fr")
    for said in (
        "Redémarrer la box (3 fois) = sans effet", "Remise à zéro de la box = refusé", "Réparation, Dédommagement",
        "06 12 34 56 78", "en semaine après 18 h", "-38,2 dBm (mauvais)", "autres appareils : pareil", "Freebox Pop",
        "ab12 cd34 ef56 7890", "30 jours = non surveillé",
    ):  # fmt: skip
        assert said in text


def test_one_long_answer_pushes_nothing_out() -> None:
    document = documents.fibre()
    document["symptom"]["words"] = document["wish"]["words"] = document["wish"]["reach"]["name"] = "bla " * 5000
    text = text_block(document, "fr")
    assert "Redémarrer la box" in text and "-38,2 dBm" in text and "ab12 cd34" in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", documents.USUAL)
def test_an_old_field_shows_every_sign(name: str, language: str) -> None:
    text_block(documents.ALL[name](), language).encode("cp1252")


def test_left_out_is_said_and_empty_lines_are_not() -> None:
    text = text_block(documents.unticked(), "fr")
    assert "Déjà essayé : Non communiqué" in text
    assert all(line.strip() for line in text_block(documents.empty(), "fr").splitlines())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_figure_is_told_once(language: str) -> None:
    """Its sentence in the document says its value too; only the name is taken from there."""
    document = documents.fibre()
    name, value = ("Perte vers la box", "0,4 %") if language == "fr" else ("Loss to the box", "0.4 %")
    document["line"] = [{"name": "gateway_loss", "value": 0.4, "unit": "%", "grade": "fair",
                         "text": f"{name} : {value}"}]  # fmt: skip
    text = text_block({**document, "language": language}, language)
    assert text.count(value) == 1, text


def test_since_when_says_who_saw_it() -> None:
    document = documents.fibre()
    document["since"]["source"] = "checks"
    assert "vu par les vérifications" in text_block(document, "fr")
    document["since"]["source"] = "said"
    assert "dit par l'abonné" in text_block(document, "fr")

"""The catalogue has a sentence, in both languages, for everything the diagnosis can say."""

from __future__ import annotations

import string

import pytest

from selfcare.app.sentences import Sentences
from selfcare.diagnosis import diagnose
from selfcare.diagnosis.facts import SOURCES, SYMPTOMS
from selfcare.diagnosis.rules import RULES
from selfcare.i18n import LANGUAGES, Catalogue, system_language
from selfcare.model.finding import Band, Role, VerdictState
from selfcare.model.probe import NotRunReason
from selfcare.model.segment import Segment
from tests.diagnosis.facts import FAULTS, UNKNOWN, observations

KEYS = [
    *(f"verdict.state.{s}" for s in VerdictState),
    *(f"verdict.{r.code}" for r in RULES),
    *(f"code.{r.code}.title" for r in RULES),
    *(f"fact.{f}.{v}" for f in {*SOURCES, *SYMPTOMS} for v in ("yes", "no")),
    *(f"band.{b}" for b in Band),
    *(f"role.{r}" for r in Role),
    *(f"segment.{s}.from" for s in Segment),
    *(f"reason.{r}" for r in NotRunReason),
    *(f"probe.{p}" for p in sorted(set(SOURCES.values()))),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_missing(language: str) -> None:
    catalogue = Catalogue(language)
    assert [k for k in KEYS if not catalogue.has(k)] == []


def test_languages_use_the_same_fields() -> None:
    french, english = Catalogue("fr"), Catalogue("en")
    for key in french.all_keys():
        fields = [{f for _, f, _, _ in string.Formatter().parse(c.text(key)) if f} for c in (french, english)]
        assert fields[0] == fields[1], key


def test_several_places_are_named_and_none_is_accused() -> None:
    changes = {**FAULTS["isp dns"][0], "isp_resolver_answers": UNKNOWN, "operator_resolvers_silent": UNKNOWN,
               "box_forwarder_alive": UNKNOWN}  # fmt: skip
    filled = Sentences(Catalogue("fr"), {}).fill(diagnose(observations(changes)))
    assert "de votre box ou de votre opérateur" in filled.verdict.text


@pytest.mark.parametrize(("environment", "expected"), [
    ({"LANG": "fr_FR.UTF-8"}, "fr"), ({"LANG": "en_GB.UTF-8"}, "en"), ({"LC_ALL": "ja_JP.UTF-8"}, "en"),
    ({"LANGUAGE": "de:fr:en", "LANG": "de_DE.UTF-8"}, "fr"), ({"LANG": "C"}, "fr"),
])  # fmt: skip
def test_the_language_follows_the_locale(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert system_language() == expected

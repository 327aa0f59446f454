"""Everything a change of the box may say has a sentence, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import selfcare.app
from selfcare.app import box_change_words
from selfcare.app.box_wishes import WishError, slot
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box.change import BoxChangeResult, BoxOutcome, Caution, ChangeState, Difference, Settled

SOURCES = [*Path(selfcare.app.__path__[0]).rglob("box_*.py"), *Path(selfcare.app.__path__[0], "box_kinds").glob("*.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
CLI = "\n".join(p.read_text(encoding="utf-8") for p in Path("selfcare/cli").glob("box_*.py"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_a_sentence(language: str) -> None:
    catalogue = Catalogue(language)
    cautions = set(re.findall(r'Caution\("(\w+)"', TEXT)) | {"cuts_this_pc", "other_device", "collides"}
    assert len(cautions) > 25
    missing = [c for c in cautions - {"missing_right"} if not catalogue.has(f"box.change.caution.{c}")]
    assert [c for c in missing if not catalogue.has(f"box.error.{c}")] == []
    keys = {f"box.change.outcome.{o.value}" for o in BoxOutcome} | {f"box.change.state.{s.value}" for s in ChangeState}
    keys |= {f"box.wish.{code}" for code in re.findall(r'WishError\("(\w+)"', TEXT + CLI)}
    keys |= {f"box.settled.{name}" for name in Settled.__dataclass_fields__}
    keys |= set(re.findall(r'"(box\.(?:change|value|field)\.[a-z_.]+[a-z])"', TEXT))
    keys |= set(re.findall(r'text\("(cli\.box\.[a-z_.]+)"', CLI))
    known = catalogue.all_keys()
    beginnings = {key for key in keys if any(each.startswith(f"{key}.") for each in known)}
    assert [key for key in sorted(keys - beginnings) if not catalogue.has(key)] == []


def test_a_proposal_and_its_end_in_words() -> None:
    french = Catalogue("fr")

    def line(*words: object) -> str:
        told = box_change_words.difference(Difference(*words), french)  # type: ignore[arg-type]
        return " ".join(told.split())  # French has spaces that do not break

    assert line("box.field.wifi.channel", "auto", 11, "2.4 GHz") == "Canal (2.4 GHz) : automatique → 11"
    assert line("box.field.wifi.key", None, None, "Maison", True) == "Clé Wi-Fi (Maison) : une nouvelle"
    assert line("box.field.guest.remaining", 0, 5400) == "Durée : sans fin → 1 h 30 min"
    assert line("box.field.parental.day.0", False, "21:00–24:00") == "Pas d’Internet le lundi : aucun → 21:00–24:00"
    told = box_change_words.caution(Caution("outside_port_range", {"first": 16384, "last": 32767}), "freebox", french)
    assert "16384" in told and "32767" in told
    right = box_change_words.caution(Caution("missing_right", {"right": "settings"}), "freebox", french)
    assert "Modification des réglages" in right
    ended = BoxChangeResult(BoxOutcome.REFUSED, error="conflict", box_says="Déjà\x1b[31m utilisé")
    said = box_change_words.result(ended, "freebox", french)
    assert said[0] == "Rien n’a été changé." and "\x1b" not in said[-1] and len(said) == 3


@pytest.mark.parametrize("text", ["", "lu", "lu 25:00-26:00", "lu 10:00-10:00", "xx 09:00-10:00", "lu 9-10"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(WishError):
        slot(text)


def test_times() -> None:
    assert slot("sa-lu 21:30-24:00").weekdays == (0, 5, 6) and slot("we 8:00-9:05").end == 32700

"""What the guides' page says, without a window."""

from __future__ import annotations

import pytest

from selfcare.app.box_wishes import slot
from selfcare.app.guides.answers import AnswerError, read_answer
from selfcare.app.guides.desk import Left, Listed
from selfcare.app.guides.screen import Scene, Screen
from selfcare.guides.known import GESTURES
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box import ParentalSlot
from selfcare.model.guide import Ask, End, Kind, Risk, Topic
from selfcare.model.units import Seconds
from ui.guide_state import PutBack, Refused, Shelf
from ui.guide_words import ENDS, folded, found, progress, put_back, refusal, since, sought, takes, timetable

BOTH = pytest.mark.parametrize("catalogue", [Catalogue(lang) for lang in LANGUAGES], ids=LANGUAGES)
SHELF = Shelf((
    Listed("guest", "Un Wi-Fi pour vos invités", "Sans donner votre clé.", "wifi", 5, "setting", True),
    Listed("drops", "Des coupures", "Internet s’arrête, puis revient.", "line", 5, "none", True),
))  # fmt: skip


@BOTH
def test_every_key_built_from_data_exists(catalogue: Catalogue) -> None:
    keys = [f"ui.guide.topic.{one}" for one in Topic] + [f"ui.guide.risk.{one}" for one in Risk]
    keys += [f"ui.guide.end.{one}" for one in End] + [f"ui.guide.undo.{one}" for one in ("done", "declined", "failed")]
    keys += [f"ui.guide.field.{one}" for one in Kind if one is not Kind.CHOICE]
    keys += [f"ui.guide.gesture.{one}" for one in GESTURES]
    keys += [f"ui.guide.trouble.{one}" for one in ("ours", "changed", "disk", "held")]
    keys += [f"ui.guide.busy.{one}" for one in ("repair", "box", "guide")]
    assert [key for key in keys if not catalogue.has(key)] == []
    assert set(ENDS) == set(End)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("wifi invité", {"guest"}), ("INVITES", {"guest"}), ("Je voudrais un Wi-Fi pour mes invités", {"guest"}),
        ("la clef", set()), ("cle", {"guest"}), ("coupure", {"drops"}), ("internet", {"drops"}), ("de la", set()),
        ("zzz", set()), ("?!", {"guest", "drops"}),
    ],
)  # fmt: skip
def test_guides_are_found_by_the_words_people_type(question: str, wanted: set[str]) -> None:
    assert found(SHELF, question) == wanted


def test_words_without_accents_signs_and_little_ones() -> None:
    assert folded("Où est l’Œuvre ?") == ("ou", "est", "l", "oeuvre")
    assert sought("comment faire pour la clé") == ("cle",) and sought("pour la") == ("pour", "la")


@BOTH
def test_minutes_steps_and_days(catalogue: Catalogue) -> None:
    assert "5" in takes(catalogue, 5) and "1" not in takes(catalogue, 1)
    step = Screen(Scene.ASK, "", "", done=6, about=5)
    assert progress(catalogue, step).count("7") == 2  # never step 7 of 5
    assert progress(catalogue, Screen(Scene.OVER, "", "")) == ""
    left = Left("run", "guest", "Titre", 1_800_000_000.0)
    assert "15/01" in since(catalogue, left)
    assert since(catalogue, Left("run", "guest", "Titre", 1_800_000_000.0, False)) != since(catalogue, left)


@BOTH
def test_what_was_put_back_or_not(catalogue: Catalogue) -> None:
    turned = None
    marks = {
        outcome: put_back(catalogue, PutBack(outcome, ("De la box.",), turned))  # type: ignore[arg-type]
        for outcome in ("done", "declined", "failed", "refused", "unable")
    }
    assert marks["done"][1] == "fine" and marks["failed"] == marks["refused"] == marks["unable"]
    assert all(lines[-1] == "De la box." for _, _, lines in marks.values())


@BOTH
@pytest.mark.parametrize(
    ("kind", "typed"), [(Kind.PORTS, "x"), (Kind.ADDRESS, "x"), (Kind.HOURS, "x"), (Kind.CHANNEL, "x"), (Kind.TEXT, "")]
)
def test_what_is_wrong_with_an_answer_is_a_sentence(catalogue: Catalogue, kind: Kind, typed: str) -> None:
    with pytest.raises(AnswerError) as wrong:
        read_answer(Ask("s", "a", kind, "n"), typed, ())
    words = refusal(catalogue, Refused(wrong.value.code, wrong.value.values))
    assert words.endswith(".") and "{" not in words and not words.startswith("guide.")


def test_a_timetable_is_written_as_it_is_read() -> None:
    night = ParentalSlot(Seconds(21.5 * 3600), Seconds(24 * 3600), (0, 4))
    morning = ParentalSlot(Seconds(0), Seconds(7 * 3600), (5,))
    written = timetable((night, morning))
    assert tuple(slot(part) for part in written.split(";")) == (night, morning)
    assert read_answer(Ask("s", "a", Kind.TIMETABLE, "n"), written, ()) == written

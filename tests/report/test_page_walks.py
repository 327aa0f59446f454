"""A walk on the page: tiles with their word, of any document, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from selfcare.report.page import page
from tests.report.world import made

WALK = {
    "at": "2026-11-22T18:00:00+01:00", "network": "wifi-A", "roams": 2, "drops": 0, "box_room": 1, "box_name": "Salon",
    "rooms": [
        {"number": 1, "name": "Salon", "grade": "good", "rssi_dbm": -48.0, "rtt_ms": 2.5, "loss_pct": 0.0, "x": 0,
         "y": 0, "floor": 0},
        {"number": 2, "name": None, "grade": "bad", "rssi_dbm": None, "rtt_ms": None, "loss_pct": None, "x": 9, "y": 7,
         "floor": 0},
        {"number": 3, "name": "<b>Cave", "grade": "unknown", "x": 0, "y": 0, "floor": -1}],
}  # fmt: skip


def shown(walks: Any, language: str = "fr", **more: Any) -> str:
    return page({"walks": walks, **more}, language).decode().partition('type="application/json"')[0]


def test_each_room_is_a_tile_with_its_word_and_the_box_is_told() -> None:
    text = shown([WALK])
    tiles = re.findall(
        r'<td class="tone-(\w+)"><b><bdi>(.*?)</bdi></b>(.*?)<br><span class="pill tone-\w+">(.*?)</span>', text
    )
    assert [(tone, name, grade, "box" in box) for tone, name, box, grade in tiles] == [
        ("good", "Salon", "bon", True), ("bad", "Pièce 2", "très mauvais", False),
        ("none", "&lt;b&gt;Cave", "pas assez mesuré", False),
    ]  # fmt: skip
    assert text.count("<tr>") - shown([]).count("<tr>") == 3  # nothing is drawn for the rows between
    assert "changements de point d’accès" in text


AIR = {"channels": [{"band": "2.4", "channel": 6, "count": 3, "own": True, "use": 0.4}]}


@pytest.mark.parametrize(
    ("age", "said"),
    [(12.0, "par canal</h"), (300.0, "entendus 5 min avant la vérification"), (None, "entendus à un moment inconnu")],
)
def test_what_was_heard_earlier_is_not_told_as_of_the_check(age: float | None, said: str) -> None:
    text = shown([], air={**AIR, "scan_age_s": age}).replace("\xa0", " ").replace("\u202f", " ")
    assert said in text and "2,4 GHz, canal 6" in text


def test_floors_are_called_as_in_the_window_and_an_untold_network_is_left_out() -> None:
    text = shown([WALK, {**WALK, "network": None}]).replace("\xa0", " ").replace("\u202f", " ")
    assert "Rez-de-chaussée" in text and "Sous-sol" in text and "Étage" not in text
    assert text.count("réseau wifi-A") == 1 and "réseau ?" not in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_of_it_is_missing(language: str) -> None:
    text = shown(
        [WALK], language, air={"channels": [{"band": "5", "channel": 36, "count": 3, "own": True, "use": 0.4}]}
    )
    assert "page." not in text.partition("<body")[2]


@pytest.mark.parametrize(
    "walks",
    [None, [], "x", [1], [{}], [{"rooms": [{}]}],
     [{"rooms": [{"x": 1e300, "y": "a", "floor": None, "grade": [], "name": {}}]}],
     [{"rooms": [{"number": 1}] * 500, "at": 3, "roams": "many"}] * 50],
)  # fmt: skip
def test_any_document_has_a_page(walks: Any) -> None:
    assert len(shown(walks)) < 400_000


def test_a_whole_report_shows_its_walks() -> None:
    from selfcare.report.build import usual_makers

    document = made().document
    assert usual_makers().page(document, "fr").count(b'class="plan"') == 2

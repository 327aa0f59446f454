"""The report's page: what it says, that nothing in it runs or is fetched, and that no document breaks it."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import selfcare.report
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.case import Channel, Effect, Source
from selfcare.model.finding import Band, VerdictState
from selfcare.model.report import Section, Want
from selfcare.model.segment import Segment
from selfcare.model.symptom import OtherDevices, SymptomKind
from selfcare.model.ticket import State
from selfcare.report.page import page
from selfcare.report.text import text_block
from tests.report import documents
from tests.report.contrast import AA, AA_DRAWN, contrast, rgb
from tests.report.markup import Markup, skipped_a_level

HERE = Path(selfcare.report.__file__).parent
FR, EN = "fr", "en"


def read(document: documents.Document, language: str = FR) -> Markup:
    return Markup(page(document, language).decode())


@pytest.mark.parametrize("language", [FR, EN])
@pytest.mark.parametrize("name", documents.ALL)
def test_every_page_is_sound_markup_and_fetches_nothing(name: str, language: str) -> None:
    found = read(documents.ALL[name](), language)
    assert found.faults == []
    assert found.doctype == "DOCTYPE html"
    assert found.language == language
    assert found.headings[0] == "h1" and found.headings.count("h1") == 1
    assert not skipped_a_level(found.headings)
    assert not re.search(r"url\(|@import|https?:", found.style)


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    found = read(documents.fibre())
    digest = base64.b64encode(hashlib.sha256(found.style.encode()).digest()).decode()
    rules = dict(one.strip().split(" ", 1) for one in found.policy.split(";"))
    assert rules == {
        "default-src": "'none'", "style-src": f"'sha256-{digest}'", "img-src": "data:", "base-uri": "'none'",
        "form-action": "'none'",
    }  # fmt: skip


@pytest.mark.parametrize("name", [*documents.USUAL, "empty", "unticked", "hostile"])
def test_the_document_is_in_the_page_and_reads_back(name: str) -> None:
    document = documents.ALL[name]()
    assert read(document).embedded == document


def test_a_lone_half_of_a_sign_reads_back_too() -> None:
    document = documents.fibre() | {"odd": "\ud800 \u2028 \x00"}
    assert read(document).embedded == document


def test_a_document_too_large_for_a_page_is_said_to_be_beside_it() -> None:
    found = read(documents.huge())
    assert found.scripts == []
    assert "trop grand pour tenir dans cette page" in found.text


@pytest.mark.parametrize("name", documents.USUAL)
def test_a_usual_page_is_small(name: str) -> None:
    assert len(page(documents.ALL[name](), FR)) < 150_000


@pytest.mark.parametrize(
    "document", [documents.huge(), documents.hostile("<b>" * 350_000)], ids=["huge", "1 MB strings"]
)
def test_whatever_comes_a_page_has_an_end(document: documents.Document) -> None:
    assert len(page(document, FR)) < 700_000
    assert len(text_block(document, FR)) <= 1000


def first_screen(document: documents.Document, language: str = FR) -> str:
    text = page(document, language).decode()
    return Markup(text[text.index('<header class="top"') : text.index("</header>") + 9]).text


def test_the_first_screen_of_a_fault() -> None:
    seen = first_screen(documents.fibre())
    for said in (
        "CAS-7K3M-92QX", "ab12 cd34 ef56 7890", "Free", "Freebox Pop (4.9.11)",
        "Fibre sans lumière", "Ligne d’accès", "Certain", "ACC-FTTH-DARK",
        "21/11/2026,\u00a015:18", "il y a 1\u00a0j\u00a03\u00a0h · dit par l’abonné", "1\u202f440\u00a0min",
        "non surveillé",        "Redémarrer la box (3 fois)", "sans effet", "refusé", "\u221238,2\u00a0dBm", "mauvais",
        "Réparation, Dédommagement", "06 12 34 56 78", "en semaine après 18 h",
        "Rien ne s’affiche · autres appareils : pareil",
        "le voyant de la box est rouge",
    ):  # fmt: skip
        assert said.replace(" :", "\u00a0:") in seen or said in seen, said


def test_a_long_story_is_told_whole_below() -> None:
    document = documents.fibre()
    document["symptom"]["words"] = "Samedi, l’orage. " * 60 + "Voilà tout."
    assert "Voilà tout." not in first_screen(document)
    assert "Voilà tout." in read(document).text


def test_what_ails_most_stands_first() -> None:
    seen = first_screen(documents.dsl())
    order = [seen.index(one) for one in ("Resynchronisations", "Marge de bruit", "Affaiblissement")]
    assert order == sorted(order)


def test_several_places_that_nothing_tells_apart_are_said_so() -> None:
    seen = first_screen(documents.wifi())
    assert "Non départagé\u00a0: Wi-Fi du domicile, Box" in seen
    assert "Cause" not in seen


def test_not_monitored_is_not_zero() -> None:
    document = documents.healthy()
    assert first_screen(document).count("non surveillé") == 3
    document["downtime"] |= {"day_min": 0.0}
    seen = first_screen(document)
    assert seen.count("non surveillé") == 2
    assert "0\u00a0min" in seen


def test_minutes_counted_while_nobody_looked_all_the_time_are_at_least_that() -> None:
    document = documents.dsl()
    assert first_screen(document).count("au moins") == 2  # the gap ended five days ago: not of the last 24 hours
    document["downtime"]["gaps"] = []
    assert "au moins" not in first_screen(document)


def test_left_out_is_not_nothing() -> None:
    assert "Aucun essai noté." in read(documents.healthy()).text
    left_out = read(documents.unticked()).text
    assert "Aucun essai noté." not in left_out
    assert left_out.count("Non communiqué dans ce rapport.") >= 8


def test_in_another_language_the_program_says_it_anew() -> None:
    seen = first_screen(documents.fibre(), EN)
    assert "No light in the fibre" in seen
    assert "La box ne reçoit plus" not in seen
    assert "\u221238.2\u00a0dBm" in seen
    assert "1,440\u00a0min" in seen


def test_of_several_culprits_the_others_are_named() -> None:
    document = documents.fibre()
    document["verdict"]["state"] = "multiple"
    document["check"]["findings"].append(documents.finding("PC-DNS-STATIC", ["pc"]))
    assert "Serveur DNS réglé à la main injoignable (PC-DNS-STATIC)" in first_screen(document)


def test_hostile_words_are_words() -> None:
    text = page(documents.hostile(), FR).decode()
    assert "\u202e" not in Markup(text).text and "\u2066" not in Markup(text).text
    assert "<script>document" not in text and "<img" not in text
    assert "7*7 }}" in Markup(text).text


def test_a_title_is_never_a_strangers_case_number() -> None:
    assert read(documents.fibre() | {"case": "CAS-7K3M</title>"}).title.startswith("Fibre sans lumière")


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """To every value, of lists the first two."""
    if at:
        yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for name, one in inner:
        yield from paths(one, (*at, name))


def with_at(document: documents.Document, path: tuple[Any, ...], value: Any) -> documents.Document:
    found = place = copy.deepcopy(document)
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return found


_ALSO = [pytest.param(one, marks=pytest.mark.full, id=repr(one)) for one in ("x", 7, [], {}, True, -1e308)]


@pytest.mark.parametrize("value", [None, pytest.param([[1]], id="[[1]]"), *_ALSO])
def test_any_field_may_be_anything(value: Any) -> None:
    document = documents.fibre()
    for one in ("collectors", "measurements"):
        (document if one in document else document["check"])[one] = (document.get(one) or document["check"][one])[:1]
    document["series"] = [documents.dsl()["series"][0] | {"points": documents.dsl()["series"][0]["points"][:4]}]
    for path in paths(document):
        spoilt = with_at(document, path, value)
        assert page(spoilt, FR).endswith(b"</html>"), path
        assert len(text_block(spoilt, FR)) <= 1000, path


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
    | st.sampled_from(["2026-11-22T10:00:00+01:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "9" * 5000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(documents.healthy())), _JSON), st.sampled_from([FR, EN, "xx", "<"]))
def test_no_document_breaks_it(fields: dict[str, Any], language: str) -> None:
    found = Markup(page(documents.dsl() | {"series": []} | fields, language).decode())
    assert found.faults == []
    assert len(text_block(documents.fibre() | fields, language)) <= 1000


def test_deep_nesting_is_cut() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    document = documents.fibre()
    document["check"]["measurements"][0]["payload"] = {"deep": deep}
    assert read(document).faults == []


def test_every_word_of_the_model_has_a_name_in_both_languages() -> None:
    areas: dict[str, Any] = {
        "effect": Effect, "tried_source": Source, "channel": Channel, "ticket_state": State, "section": Section,
        "want": Want, "symptom": SymptomKind, "others": OtherDevices, "side": Segment, "chain": Segment, "band": Band,
        "band_text": Band, "state": VerdictState,
    }  # fmt: skip
    for language in (FR, EN):
        catalogue = Catalogue(language, SUPPORT)
        assert [
            f"page.{a}.{w}" for a, words in areas.items() for w in words if not catalogue.has(f"page.{a}.{w}")
        ] == []


def test_every_sentence_that_is_asked_for_exists() -> None:
    sources = [*HERE.glob("page*.py"), HERE / "charts.py", HERE / "text.py", *(HERE / "templates").glob("*.html")]
    asked = {key for path in sources for key in re.findall(r'\bt\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8"))}
    assert len(asked) > 60
    assert [
        key for key in sorted(asked) if not Catalogue(FR, SUPPORT).has(f"page.{key}") and not key.endswith(".")
    ] == []


def themes() -> dict[str, dict[str, str]]:
    style = (HERE / "templates" / "style.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    return dict(
        zip(("light", "dark", "print"), (dict(re.findall(r"--([a-z-]+): (#\w+)", one)) for one in blocks), strict=True)
    )


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_colours_stand_out(theme: str) -> None:
    """What is on what: texts on cards and on the page, grades on their own ground."""
    colours = themes()[theme]
    tones = ("good", "fair", "poor", "bad", "warn", "none")
    pairs = [(ink, ground) for ink in ("ink", "dim", "link", *tones) for ground in ("card", "page")]
    pairs += [(tone, f"{tone}-soft") for tone in tones] + [("ink", f"{tone}-soft") for tone in tones]
    assert [(a, b) for a, b in pairs if contrast(rgb(colours[a]), rgb(colours[b])) < AA] == []
    drawn = [("accent", "card"), ("bad", "card"), ("bad", "good-soft")]
    assert [(a, b) for a, b in drawn if contrast(rgb(colours[a]), rgb(colours[b])) < AA_DRAWN] == []

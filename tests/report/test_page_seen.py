"""The page as a browser shows it: in ten seconds, on a desk and on a phone, dark and light, and on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfcare.report.page import page
from tests.report import documents
from tests.report.browser import CHROMIUM, Browser, Page
from tests.report.contrast import AA, contrast

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the report's page was not looked at")
DESK, PHONE = (1280, 800), (390, 844)

# Of every text that is shown: its colour, and that of the nearest ground behind it.
_COLOURS = """(() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const parts = c => (c.match(/[0-9.]+/g) || []).map(Number);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), element = walk.currentNode.parentElement;
    if (!text || element.closest('script, title, desc, .hidden') || !element.getClientRects().length) continue;
    const style = getComputedStyle(element), inside = element.closest('svg');
    let at = element, ground = [0, 0, 0, 0];
    while (at && ground.length === 4 && ground[3] === 0) {
      ground = parts(getComputedStyle(at).backgroundColor); at = at.parentElement;
    }
    found.push([text.slice(0, 40), parts(inside ? style.fill : style.color).slice(0, 3), ground.slice(0, 3)]);
  }
  return JSON.stringify(found);
})()"""
_ROWS = "JSON.stringify([...document.querySelectorAll('tr')].map(one => getComputedStyle(one).breakInside))"
_MEASURES = "JSON.stringify([...document.querySelectorAll('.measure pre')].map(one => one.checkVisibility()))"
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with Browser() as browser:
        yield browser.page()


@pytest.fixture
def shown(tab: Page, tmp_path: Path) -> Iterator[Page]:
    """Whatever was opened said nothing to the console, and asked for nothing but itself."""
    yield tab
    assert tab.said == []
    assert tab.asked == [tab.run("location.href")]
    tab.call("Emulation.setEmulatedMedia", media="")


def opened(tab: Page, folder: Path, document: documents.Document, language: str = "fr") -> None:
    path = folder / "rapport.html"
    path.write_bytes(page(document, language))
    tab.open(path)


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_what_an_agent_needs_is_on_the_first_screen(shown: Page, tmp_path: Path, screen: tuple[int, int]) -> None:
    for name in documents.USUAL:
        for language in ("fr", "en"):
            shown.screen(*screen)
            opened(shown, tmp_path, documents.ALL[name](), language)
            assert shown.run("document.compatMode") == "CSS1Compat"
            assert shown.run("document.getElementById('top').getBoundingClientRect().bottom") <= screen[1], (
                name,
                language,
            )
            assert shown.run(_WIDE) <= 0, (name, language)


@pytest.mark.parametrize("name", ["hostile", "huge", "empty", "unticked"])
def test_no_document_makes_a_phone_scroll_sideways(shown: Page, tmp_path: Path, name: str) -> None:
    opened(shown, tmp_path, documents.ALL[name]())
    for width in (390, 320):
        shown.screen(width, 844)
        assert shown.run(_WIDE) <= 0


def test_nothing_of_a_hostile_document_runs(shown: Page, tmp_path: Path) -> None:
    shown.screen(*DESK)
    opened(shown, tmp_path, documents.hostile())
    assert shown.run("document.title") != "owned"
    assert shown.run("document.scripts.length") == 1
    assert json.loads(shown.run("document.getElementById('rapport').textContent")) == documents.hostile()
    assert shown.run("document.querySelectorAll('img, iframe, object, embed').length") == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out(shown: Page, tmp_path: Path, dark: bool) -> None:
    for name in ("fibre", "dsl", "wifi", "healthy"):
        shown.screen(*DESK, dark=dark)
        opened(shown, tmp_path, documents.ALL[name]())
        shown.run("document.querySelectorAll('details').forEach(one => one.open = true)")
        seen = json.loads(shown.run(_COLOURS))
        assert len(seen) > 100
        faint = [(text, round(contrast(ink, ground), 2)) for text, ink, ground in seen if contrast(ink, ground) < AA]
        assert faint == []
        assert (sum(seen[0][2]) < 300) is dark  # the theme that was asked for is the one that was looked at


def test_on_paper_it_is_black_on_white_with_everything_opened(shown: Page, tmp_path: Path) -> None:
    shown.screen(720, 1040, dark=True, media="print")
    opened(shown, tmp_path, documents.fibre())
    assert {tuple(ground) for _, _, ground in json.loads(shown.run(_COLOURS))} == {(255, 255, 255)}
    assert max(sum(ink) for _, ink, _ in json.loads(shown.run(_COLOURS))) <= 3 * 0x33
    assert set(json.loads(shown.run(_ROWS))) == {"avoid"}
    assert json.loads(shown.run(_MEASURES)) == [True] * 12
    shown.screen(*DESK)
    assert json.loads(shown.run(_MEASURES)) == [False] * 12  # on a screen they are closed
    shown.screen(720, 1040, dark=True, media="print")
    assert shown.run(_WIDE) <= 0
    printed = shown.printed()
    assert 2 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 8
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12]", printed)  # A4 in points


def test_one_click_takes_the_whole_text(shown: Page, tmp_path: Path) -> None:
    shown.screen(*DESK)
    opened(shown, tmp_path, documents.fibre())
    box = json.loads(shown.run("JSON.stringify(document.querySelector('.copy').getBoundingClientRect())"))
    for kind in ("mousePressed", "mouseReleased"):
        shown.call("Input.dispatchMouseEvent", type=kind, x=box["x"] + 80, y=box["y"] + 40, button="left", clickCount=1)
    assert shown.run("getSelection().toString()") == shown.run("document.querySelector('.copy').textContent")

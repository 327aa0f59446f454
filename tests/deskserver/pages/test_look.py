"""What can be read by whoever sees badly, in both colours; and where the keyboard goes first."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from selfcare.deskserver.model import Role
from selfcare.deskserver.pages.draw import HERE
from tests.deskserver.access.asking import at_the_desk as signing_desk
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.pages.asking import Checked
from tests.deskserver.pages.world import World
from tests.report.contrast import contrast as measured
from tests.report.contrast import rgb

STYLE = (HERE / "static" / "style.css").read_text(encoding="utf-8")
GROUNDS = ("page", "card", "raised", "info-soft", "note", "good-soft", "warn-soft", "bad-soft")
READ = [(ink, ground) for ground in GROUNDS for ink in ("ink", "dim", "link")]
READ += [("on-brand", "brand"), ("brand-soft", "brand"), ("on-press", "press")]
READ += [(tone, ground) for tone in ("good", "warn", "bad") for ground in ("page", "card", "raised", f"{tone}-soft")]
SEEN = [("edge", ground) for ground in ("page", "card", "raised")]
SEEN += [("focus", ground) for ground in ("page", "card", "raised", "info-soft")]
SEEN += [(tone, "card") for tone in ("good", "warn", "bad", "note-edge")]


def colours(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", part))


LIGHT = colours(STYLE.split("@media", 1)[0])
DARK = {**LIGHT, **colours(STYLE.split("@media (prefers-color-scheme: dark)", 1)[1].split("\n}\n", 1)[0])}


def contrast(one: str, other: str) -> float:
    return measured(rgb(one), rgb(other))


def test_the_measure_itself() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21) and contrast("#777", "#fff") == pytest.approx(
        4.48, abs=0.01
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_is_read_and_every_edge_seen(palette: dict[str, str]) -> None:
    """AA: 4.5 for text, 3 for what only shows where something is (WCAG 2.2, 1.4.3 and 1.4.11)."""
    least = {**{pair: 4.5 for pair in READ}, **{pair: 3.0 for pair in SEEN}}
    weak = {pair: round(found, 2) for pair, most in least.items()
            if (found := contrast(palette[pair[0]], palette[pair[1]])) < most}  # fmt: skip
    assert weak == {}


def test_no_colour_stands_outside_the_palette() -> None:
    """So that what is measured is what is drawn; the ring on the bar alone is its own."""
    rules = re.sub(r":root \{.*?\n?\s*\}", "", STYLE, flags=re.S)
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {"#ffd166"}
    assert contrast("#ffd166", LIGHT["brand"]) >= 3 and contrast("#ffd166", DARK["brand"]) >= 3


def test_pages_around_the_tickets_are_whole_labelled_and_have_titles_of_their_own(tmp_path: Path) -> None:
    async def story() -> None:
        async with signing_desk(tmp_path) as bench:
            nobody, admin = bench.browser(), await bench.signed_in("ada", Role.ADMIN)
            paths = [f"/{one}" for one in ("", "account", "prove", "decode", "outages", "admin")]
            paths += [f"/admin/{one}" for one in ("tokens", "audit", "letters", "retention")]
            titles = []
            for browser, path in ((nobody, "/login"), *((admin, path) for path in paths)):
                answer = await browser.get(path)
                assert answer.status == 200 and Checked(answer.text).faults == [], path
                titles += re.findall("<title>(.+?)</title>", answer.text)
            assert len(set(titles)) == len(paths) + 1

    asyncio.run(story())


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_the_keyboard_goes_in_the_order_of_the_page_and_past_the_menu(world: World) -> None:
    ref = world.file()
    with at_the_desk() as tab:
        tab.go(f"{world.url}/t/{ref}")
        tab.press("Tab")
        assert tab.run("document.activeElement.className") == "skip"
        tab.press("Enter")
        assert tab.run("document.activeElement.id") == "content"
        order: list[float] = tab.run(
            "[...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')]"
            ".filter(e => e.checkVisibility() && !e.closest('.skip') && !e.closest('.side'))"
            ".map(e => e.getBoundingClientRect().top + scrollY)"
        )
        assert order == sorted(order) or max(b - a for a, b in zip(order[1:], order, strict=False)) < 30  # one row
        small = tab.run(
            "[...document.querySelectorAll('button,select,summary,input:not([type=hidden])')]"
            ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
        )
        assert small == []  # WCAG 2.2, 2.5.8

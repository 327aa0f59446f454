"""Every page of the product, in the order of the side bar. A page not yet available is not shown at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where in the side bar."""

    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class Page:
    """``factory`` is "module:function" taking the window's ``Context``; imported when the page is first opened."""

    id: str
    title_key: str
    icon: str
    available: bool = False
    factory: str = ""
    place: Place = Place.TOP


PAGES: tuple[Page, ...] = (
    Page("check", "ui.nav.check", "pulse", True, "ui.pages.check:build"),
    Page("repair", "ui.nav.repair", "wrench", True, "ui.pages.repair:build"),
    Page("wifi", "ui.nav.wifi", "wifi", True, "ui.pages.wifi:build"),
    Page("box", "ui.nav.box", "box", True, "ui.pages.box:build"),
    Page("guides", "ui.nav.guides", "book", True, "ui.pages.guides:build"),
    Page("support", "ui.nav.support", "headset", True, "ui.pages.support:build"),
    Page("cases", "ui.nav.cases", "folder", True, "ui.pages.cases:build"),
    Page("remote", "ui.nav.remote", "screen"),
    Page("settings", "ui.nav.settings", "gear", True, "ui.pages.settings:build", Place.BOTTOM),
)


def shown(pages: Iterable[Page] = PAGES) -> tuple[Page, ...]:
    """The pages a subscriber can open, top of the side bar first."""
    return tuple(p for place in Place for p in pages if p.available and p.place is place)

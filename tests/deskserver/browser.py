"""A headless Chromium at the desk: addresses on loopback, keys, forms, and whatever it complained about.

``with at_the_desk() as tab: tab.go(url); tab.type("#login", "ada"); tab.send("form"); tab.wait("main h1")``
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.report.browser import CHROMIUM, Browser, Page

__all__ = ["CHROMIUM", "Tab", "at_the_desk"]
_LOOPBACK = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",)
_WAIT_S = 10.0
_NAMED = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, ""), "Tab": ("Tab", 9, "")}


class Tab:
    """One tab of a browser. ``page``: what lies below, for everything that has no name here."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._complaints: list[str] = []

    def go(self, url: str) -> None:
        """Until it is loaded. What was complained about before is kept for ``complaints``."""
        self._complaints += self.page.said
        self.page.open(url)

    def run(self, expression: str) -> Any:
        """The value of a script's expression, in the page."""
        return self.page.run(expression)

    def there(self, selector: str) -> bool:
        return bool(self.run(f"!!document.querySelector({selector!r})"))

    def wait(self, selector: str, text: str = "") -> None:
        """Until it is there, and has that text in it."""
        asked = f"(document.querySelector({selector!r})?.textContent ?? null)"
        deadline = time.monotonic() + _WAIT_S
        while (found := self.run(asked)) is None or text not in found:
            assert time.monotonic() < deadline, (selector, text, found, self.text("body")[:2000])
            time.sleep(0.02)

    def text(self, selector: str) -> str:
        """As it is seen; "" where there is none."""
        return str(self.run(f"document.querySelector({selector!r})?.innerText ?? ''"))

    def type(self, selector: str, text: str) -> None:
        """In place of what stood in the field, as a keyboard does it."""
        self.run(f"(e => {{ e.focus(); e.select && e.select(); }})(document.querySelector({selector!r}))")
        self.page.call("Input.insertText", text=text)

    def press(self, *keys: str, control: bool = False) -> None:
        """One after the other: a sign, or ``Enter``, ``Escape``, ``Tab``. It goes to where the focus is."""
        for key in keys:
            name, number, sign = _NAMED.get(key, (key, ord(key.upper()[0]), key))
            told = {"key": name, "windowsVirtualKeyCode": number, **({"text": sign} if sign and not control else {}),
                    "modifiers": 2 if control else 0}  # fmt: skip
            self.page.call("Input.dispatchKeyEvent", type="keyDown", **told)
            self.page.call("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=number)

    def click(self, selector: str) -> None:
        """With the mouse, in its middle; it is scrolled to first."""
        box = self.run(
            f"(e => {{ e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
            f" return [b.x + b.width / 2, b.y + b.height / 2]; }})(document.querySelector({selector!r}))"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.page.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def leave_by(self, selector: str) -> None:
        """Clicks, and waits until another page is loaded."""
        self.run("window.stillHere = true")
        self.click(selector)
        self.arrived()

    def arrived(self) -> None:
        """After something that leads to another page (needs ``window.stillHere``, see ``leave_by``)."""
        deadline = time.monotonic() + _WAIT_S
        while not self._new():
            assert time.monotonic() < deadline, self.text("body")[:2000]
            time.sleep(0.02)

    def _new(self) -> bool:
        try:
            return bool(self.run("!window.stillHere && document.readyState === 'complete'"))
        except AssertionError:
            return False  # between two pages there is nothing to ask

    def address(self) -> str:
        return str(self.run("location.href"))

    def picture(self, *, whole: bool = False) -> bytes:
        return self.page.picture(whole=whole)

    def complaints(self) -> list[str]:
        """Console, errors, refused by the policy, dialogs: of all pages until now."""
        return [*self._complaints, *self.page.said]


@contextmanager
def at_the_desk(
    width: int = 1280, height: int = 900, *, dark: bool = False, language: str = "", switches: tuple[str, ...] = ()
) -> Iterator[Tab]:  # fmt: skip
    """A browser of its own, that reaches loopback alone. ``language``: of its own words. ``switches``: Chromium's."""
    spoken = (f"--lang={language}", f"--accept-lang={language}") if language else ()
    with Browser((*_LOOPBACK, *spoken, *switches)) as browser:
        page = browser.page()
        page.screen(width, height, dark=dark)
        yield Tab(page)

"""From the sign-in to the next ticket without a mouse, and a text that outlives a session that ended under it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from selfcare.deskserver.access import totp
from selfcare.deskserver.schema import sessions, used_once
from tests.deskserver.access.asking import SECRET
from tests.deskserver.browser import CHROMIUM, Tab, at_the_desk
from tests.deskserver.filled import NOW, filled
from tests.deskserver.whole import PASSWORD, WholeDesk

pytestmark = [pytest.mark.full, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")]


def leaves(tab: Tab, *keys: str, control: bool = False) -> None:
    """By the last of these keys."""
    tab.press(*keys[:-1])
    tab.run("window.stillHere = true")
    tab.press(keys[-1], control=control)
    tab.arrived()


def typed(tab: Tab, text: str) -> None:
    """Where the focus is."""
    tab.page.call("Input.insertText", text=text)


def signs_in(tab: Tab, desk: WholeDesk) -> None:
    for text in ("ada", PASSWORD):
        typed(tab, text)
        tab.press("Tab")
    typed(tab, totp.code(SECRET, desk.desk.now()))
    leaves(tab, "Enter")


def test_an_answer_and_the_next_ticket_by_keys_alone_and_nothing_typed_is_lost() -> None:
    with filled() as (desk, given), at_the_desk(language="fr") as tab:
        tab.go(f"{desk.url}/login")
        signs_in(tab, desk)
        leaves(tab, "j", "Enter")
        first = tab.address()
        assert f"/t/{given.refs['Sté Bâti-Pro']}?view=act" in first
        tab.press("r")
        typed(tab, "Nous y sommes.")
        desk.write(lambda c: (c.execute(delete(sessions)), c.execute(delete(used_once))))
        desk.desk.now = lambda: NOW + 60_000  # a code is good once
        leaves(tab, "Enter", control=True)
        assert "/login" in tab.address()
        signs_in(tab, desk)
        assert tab.address() == first  # with the list it came from
        tab.wait("form[action*='/answer']", "Texte retrouvé")
        tab.press("r")
        leaves(tab, "Enter", control=True)
        tab.wait("[role=status]", "Réponse envoyée")
        leaves(tab, "n")
        assert "/t/" in tab.address() and given.refs["Sté Bâti-Pro"] not in tab.address()
        assert [one for one in tab.complaints() if "401" not in one] == []

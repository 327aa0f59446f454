"""What belongs together, who may what, and pages of a list both ways."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from selfcare.deskserver.core import outages
from selfcare.deskserver.intake.reading import Reader, read_some
from selfcare.deskserver.model import Role
from selfcare.deskserver.pages import queue
from selfcare.model.ticket import State
from tests.deskserver.pages.asking import ask, form_of
from tests.deskserver.pages.reports import archive_of
from tests.deskserver.pages.world import World, at
from tests.report import documents


def hour(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000).strftime("%Y-%m-%dT%H:%M")


def does(world: World, ref: str, what: str, **given: str) -> tuple[int, str]:
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/{what}")
    status, page, _ = ask(world, f"/t/{ref}/{what}", {**fields, **given})
    return status, page


def test_two_tickets_of_one_trouble_are_made_one(world: World) -> None:
    keep, other = world.file(), world.file()
    extra = world.file(subscriber=world.whole(keep).head.subscriber, description="Encore moi.")
    world.note(extra, text="C’est pareil chez le voisin.")
    for wrong, told in (("T-0000-0000", "Aucune autre"), (extra, "Aucune autre"), (other, "deux abonnés")):
        status, page = does(world, extra, "merge", into=wrong)
        assert status in (409, 422) and told in page and f'value="{wrong}"' in page
        assert world.whole(extra).head.status is not State.CANCELLED
    assert does(world, extra, "merge", into=keep)[0] == 303
    assert world.whole(extra).head.status is State.CANCELLED
    assert "C’est pareil chez le voisin." in [one.text for one in world.whole(keep).notes]


def test_a_ticket_is_put_into_an_outage_and_taken_out_again(world: World) -> None:
    now = world.desk.now()
    ref = world.file()
    outage = world.write(lambda c: outages.declare(c, "nro-99-1", now - 1000, "Coupure.", "Cut.", None, 1, now))
    assert does(world, ref, "link", outage=outage)[0] == 303
    assert world.whole(ref).head.waiting == "outage" and f"<option value=\"{outage}\" selected>" in ask(
        world, f"/t/{ref}")[1]  # fmt: skip
    assert does(world, ref, "link", outage="")[0] == 303
    assert world.whole(ref).head.outage is None and world.whole(ref).head.waiting == "us"


def test_what_was_typed_of_an_outage_stays_where_something_is_missing(world: World) -> None:
    since = hour(world.desk.now() - 600_000)
    typed = {"key": "new", "node": "pm-x", "since": since, "text_fr": "Une carte <en panne>.", "text_en": ""}
    status, page, _ = ask(world, "/outages", typed)
    assert status == 422 and "Une carte &lt;en panne&gt;.</textarea>" in page and 'value="pm-x"' in page
    assert page.count("Une carte &lt;en panne&gt;.") == 1  # in the form it was typed in, not in those of other nodes
    full = {**typed, "text_en": "A card."}
    status, page, _ = ask(world, "/outages", full)
    assert status == 200 and 'name="edit"' in page
    status, page, _ = ask(world, "/outages", {**full, "confirm": "1", "edit": "1"})
    assert status == 200 and "A card.</textarea>" in page and "pm-x" not in [
        one.node for one in world.loop.run_until_complete(world.desk.database.read(lambda c: outages.current(c, 0)))
    ]  # fmt: skip
    assert ask(world, "/outages", {**full, "confirm": "1"})[0] == 303
    declared = re.findall(r'action="/outages/([^"]+)/answer"', ask(world, "/outages")[1])[-1]
    answer = {"once": "a" * 32, "text_fr": "On répare.", "text_en": " "}
    status, page, _ = ask(world, f"/outages/{declared}/answer", answer)
    assert status == 422 and page.count("On répare.</textarea>") == 1


def test_a_list_goes_both_ways(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SIZE", 2)
    refs = {world.file(contact={"name": "Zacharie"}) for _ in range(5)}
    seen, path, way = list[list[str]](), "/?text=Zacharie", "next"
    while path:
        page = ask(world, path)[1]
        seen.append(re.findall(r'<td class="what"><a href="/t/([^"]+)"', page))
        links = {rel: link.replace("&amp;", "&") for link, rel in re.findall(r'<a href="([^"]+)" rel="(\w+)"', page)}
        assert ("prev" in links) == (len(seen) not in (1, 5)) and ("next" in links) == (len(seen) != 3)
        way = "prev" if len(seen) >= 3 else "next"
        path = links.get(way, "")
    assert {one for page in seen for one in page} == refs and [len(one) for one in seen] == [2, 2, 1, 2, 2]
    assert seen[3:] == [seen[1], seen[0]]


def test_a_newer_program_s_finding_is_a_sentence(world: World) -> None:
    facts = {"verdict_state": "fault", "verdict_code": "NEW-THING", "verdict_band": "odd", "segments": "moon"}
    ref = world.file(facts=facts)
    for path in (f"/t/{ref}", f"/?text={ref[:-2]}"):
        status, page, _ = ask(world, path)
        assert status == 200 and "Constat que ce bureau ne connaît pas encore (NEW-THING)" in page


def test_whose_key_signed_a_report_is_said_once_it_was_read(world: World) -> None:
    ref = world.file(report=archive_of(documents.fibre()))
    assert "Inchangé" in ask(world, f"/t/{ref}")[1]

    async def read() -> None:
        reader = Reader()
        while await read_some(world.desk, reader):
            pass
        await reader.close()

    world.loop.run_until_complete(read())
    page = ask(world, f"/t/{ref}")[1]
    assert "signé par une autre installation que celle de cet abonné" in page and "Inchangé" not in page


MAY = {
    Role.READER: (),
    Role.AGENT: ("take", "answer", "ask", "note", "promise", "state", "hand", "close"),
    Role.LEAD: ("take", "answer", "ask", "note", "promise", "state", "hand", "merge", "close"),
}


def test_each_role_is_shown_what_it_may_and_may_what_it_is_shown(tmp_path: Path) -> None:
    with at(tmp_path) as world:
        other = world.file()
        for role, may in MAY.items():
            ref = world.file()
            world.become(replace(world.agent, role=role))
            shown = set(re.findall(rf'action="/t/{ref}/(\w+)"', ask(world, f"/t/{ref}")[1]))
            assert shown == set(may), role
            for what in MAY[Role.LEAD]:
                fields = {
                    "text": "Oui.",
                    "version": str(world.whole(ref).version),
                    "state": "",
                    "into": other,
                    "to": "x",
                }
                status = ask(world, f"/t/{ref}/{what}", fields)[0]
                assert (status == 403) == (what not in may), (role, what)
            declare = {"node": "n", "since": hour(world.desk.now() - 60_000), "text_fr": "a", "text_en": "b"}
            assert (ask(world, "/outages", declare)[0] == 403) == (role is not Role.LEAD)

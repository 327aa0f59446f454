"""What agents see and do; whatever strangers write is text; and pressed twice is once."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from selfcare.deskserver.core.tickets import learn
from selfcare.deskserver.model import Role
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.schema import audit
from selfcare.model.ticket import State
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.pages.asking import Checked, ask, form_of
from tests.deskserver.pages.reports import archive_of
from tests.deskserver.pages.world import World, at
from tests.report import documents

BAD = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>{{7*7}}\x1b[31m\u202egro.live\u2069&" + "W" * 300


def pages_of(world: World, ref: str) -> list[str]:
    whole = world.whole(ref)
    files = [f"/t/{ref}/report/{one.ref}" for one in whole.files if one.kind == "report"]
    own = [f"/?text={ref[:-2]}", f"/t/{ref}", f"/s/{whole.head.subscriber}"]
    return ["/", "/?view=all", "/decode", "/outages", *own, *files]


def hostile(world: World) -> str:
    facts = {name: BAD for name in ("verdict_state", "verdict_code", "verdict_band", "segments", "access", "node", BAD)}
    bad = world.kept(f'..\\..\\"{BAD}\r\nX: y', b"<script>alert(3)</script>", "other")
    ref = world.file(
        name=BAD, description=BAD * 20, severity=BAD, kind=BAD, facts=facts, contact={name: BAD for name in (
            "name", "phone", "mail", "when", "contract", "line_number")}, uploads=(bad,),
        report=archive_of(documents.hostile()), case=BAD[:60],
    )  # fmt: skip
    for by in ("subscriber", "agent", "desk", "mail"):
        world.note(ref, text=BAD + by, by=by, author=BAD)
    return ref


def test_what_a_stranger_writes_is_text_on_every_page(world: World) -> None:
    ref = hostile(world)
    for path in pages_of(world, ref):
        status, page, _ = ask(world, path)
        assert status == 200, (path, page[:300])
        assert Checked(page).faults == [], path
        assert "<img src=x" not in page and "\x1b" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in ask(world, f"/t/{ref}")[1]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_nothing_of_it_runs_in_a_browser_and_keys_open_a_ticket(world: World) -> None:
    ref = hostile(world)
    with at_the_desk() as tab:
        for path in pages_of(world, ref):
            tab.go(world.url + path)
            assert tab.run("document.scripts.length") == 1, path
            assert not tab.run("document.documentElement.scrollWidth > innerWidth + 1"), path
        assert tab.complaints() == []
        tab.go(world.url + "/")
        tab.press("j", "j", "k")
        tab.run("window.stillHere = true")
        tab.press("Enter")
        tab.arrived()
        tab.wait("#text-answer")
        tab.type("#text-answer", "Le technicien passe demain.")
        tab.leave_by("form[action*='/answer'] button.first")
        tab.wait("[role=status]", "Réponse envoyée")
        tab.wait(".talk", "Le technicien passe demain.")
        assert tab.complaints() == []


def test_pressed_twice_is_answered_once_and_the_question_waits_for_them(world: World) -> None:
    ref = world.file()
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/ask")
    for _ in range(2):
        status, _, headers = ask(world, f"/t/{ref}/ask", {**fields, "text": "Le voyant est-il vert ?"})
        assert (status, headers["location"]) == (303, f"/t/{ref}?done=ask")
    whole = world.whole(ref)
    assert [(one.text, one.asks, one.internal) for one in whole.notes] == [("Le voyant est-il vert ?", True, False)]
    assert whole.head.status is State.PENDING


def test_what_changed_meanwhile_is_said_and_the_text_stays(world: World) -> None:
    ref = world.file()
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/answer")
    world.note(ref, text="Ça remarche !")
    status, page, _ = ask(world, f"/t/{ref}/answer", {**fields, "text": "Nous <cherchons> encore."})
    assert status == 409 and "Nous &lt;cherchons&gt; encore.</textarea>" in page and "Ça remarche !" in page
    assert [one.by for one in world.whole(ref).notes] == ["subscriber"]
    again = form_of(page, f"/t/{ref}/answer")
    assert ask(world, f"/t/{ref}/answer", {**again, "text": "Tant mieux."})[0] == 303
    assert [one.by for one in world.whole(ref).notes] == ["subscriber", "agent"]


def test_moments_are_told_and_typed_in_the_desk_s_zone() -> None:
    now = 1_790_000_000_000  # 2026-09-21, 14:13:20 UTC
    far, home = (Say("fr", now, ZoneInfo(name)) for name in ("Pacific/Auckland", "Europe/Paris"))
    assert (far.at(now), home.at(now), home.at(now - 86_400_000)) == ("02:13", "16:13", "20/09/2026 16:13")
    assert (far.iso(now), home.iso(now)) == ("2026-09-22T02:13+12:00", "2026-09-21T16:13+02:00")
    for say in (far, home):
        assert say.typed(say.field(now)) == now // 60_000 * 60_000
    assert home.typed("2026-01-01T10:00Z") == home.typed("2026-01-01T11:00") and home.typed("demain") is None


def test_a_report_that_was_opened_meanwhile_is_no_conflict(world: World) -> None:
    """Nobody said anything: what an agent has typed goes out."""
    ref = world.file()
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/answer")
    number = world.whole(ref).head.id
    world.write(lambda c: learn(c, number, {"verdict_code": "ACC-FTTH-DARK", "node": "olt-9"}, world.desk.now()))
    assert world.whole(ref).head.verdict_code == "ACC-FTTH-DARK"
    assert ask(world, f"/t/{ref}/answer", {**fields, "text": "Nous réparons."})[0] == 303
    assert [one.text for one in world.whole(ref).notes] == ["Nous réparons."]


def test_promise_take_close_and_note(world: World) -> None:
    ref = world.file()

    def do(what: str, **given: str) -> int:
        fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/{what}")
        return ask(world, f"/t/{ref}/{what}", {**fields, **given})[0]

    assert do("note", text="Entre nous.") == 303 and world.whole(ref).notes[-1].internal
    assert do("take") == 303 and world.whole(ref).head.agent == world.agent.id
    soon = datetime.fromtimestamp(world.desk.now() / 1000 + 7200, ZoneInfo("Europe/Paris"))
    assert do("promise", at=f"{soon:%Y-%m-%dT%H:%M}") == 303
    assert world.whole(ref).head.promised_at == int(soon.timestamp()) // 60 * 60_000  # whatever zone this machine is in
    assert f"{soon:%H:%M}" in ask(world, f"/t/{ref}")[1]
    assert do("promise", at="") == 303
    assert do("promise", at="2001-01-01T10:00") == 422 and world.whole(ref).head.promised_at is None
    assert do("close", state="resolved", text="  ") == 422 and world.whole(ref).head.status is not State.RESOLVED
    assert do("close", state="resolved", text="C’est réparé.") == 303
    whole = world.whole(ref)
    assert whole.head.status is State.RESOLVED
    assert (whole.notes[-1].text, whole.notes[-1].internal) == ("C’est réparé.", False)


def test_a_form_of_somebody_else_does_nothing(world: World) -> None:
    ref = world.file()
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/answer")
    assert ask(world, f"/t/{ref}/answer", {**fields, "text": "x", "csrf": "wrong"})[0] == 403
    assert world.whole(ref).notes == ()


def test_files_are_downloads_and_a_report_is_in_a_frame_that_may_do_nothing(world: World) -> None:
    ref, other = hostile(world), world.file()
    for one in world.whole(ref).files:
        status, _, headers = ask(world, f"/t/{ref}/file/{one.ref}")
        assert status == 200 and headers["content-disposition"].startswith("attachment; filename=")
        assert headers["content-type"] == "application/octet-stream" and headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("sandbox;") and "x" not in headers
        assert ask(world, f"/t/{other}/file/{one.ref}")[0] == 404  # of another ticket
    report = next(one for one in world.whole(ref).files if one.kind == "report")
    status, page, headers = ask(world, f"/t/{ref}/report/{report.ref}/page")
    assert status == 200 and headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "<script>alert" not in page


def test_a_changed_report_is_said_to_be_changed(world: World) -> None:
    ref = world.file(report=archive_of(documents.fibre(), documents.wifi()))
    odd = world.file(report=b"PK\x03\x04 no report")
    page = ask(world, f"/t/{ref}")[1]
    assert "Modifié depuis sa création" in page and "Inchangé" not in page
    assert "ne peut pas être lu" in ask(world, f"/t/{odd}")[1]
    assert "Inchangé" in ask(world, f"/t/{world.file(report=archive_of(documents.fibre()))}")[1]


def test_an_outage_is_seen_declared_answered_and_ended(world: World) -> None:
    since = world.desk.now() - 600_000
    facts = {"verdict_state": "fault", "verdict_code": "ACC-FTTH-DARK", "verdict_band": "certain", "segments": "access",
             "node": "pm-31-0007"}  # fmt: skip
    refs = [world.file(facts=facts) for _ in range(4)]
    local = datetime.fromtimestamp(since / 1000, world.desk.settings.zone).strftime("%Y-%m-%dT%H:%M")
    fields = {"node": "pm-31-0007", "since": local, "text_fr": "Carte en panne.", "text_en": "A card has failed."}
    status, page, _ = ask(world, "/outages", fields)
    assert status == 200 and all(ref in page for ref in refs)
    assert all(world.whole(ref).notes == () for ref in refs)  # nobody was answered by looking
    assert ask(world, "/outages", {**fields, "confirm": "1"})[0] == 303
    assert all(world.whole(ref).notes[-1].text == "Carte en panne." for ref in refs)
    declared = re.search(r'action="(/outages/P-[^"]+)/close"', ask(world, "/outages")[1])
    assert declared and ask(world, f"{declared[1]}/close", {})[0] == 303
    assert all(world.whole(ref).head.status is State.RESOLVED for ref in refs)


def test_every_read_is_in_the_audit(world: World) -> None:
    ref = world.file(report=archive_of(documents.fibre()))
    whole = world.whole(ref)
    for path in pages_of(world, ref):
        ask(world, path)
    told = {(one["who"], one["did"], one["what"]) for one in world.asked(audit)}
    wanted = [f"ticket:{ref}", f"subscriber:{whole.head.subscriber}", f"attachment:{whole.files[0].ref}"]
    assert {("agent:grace", "read", one) for one in wanted} <= told and ("agent:grace", "list", "queue:act") in told


def test_a_reader_reads_and_does_nothing(tmp_path: Path) -> None:
    with at(tmp_path, Role.READER, "en") as world:
        ref = world.file()
        page = ask(world, f"/t/{ref}")[1]
        assert "/answer" not in page and 'lang="en"' in page
        for what in ("answer", "close", "merge", "promise"):
            assert ask(world, f"/t/{ref}/{what}", {"text": "x"})[0] == 403
        assert ask(world, "/outages", {"node": "x", "confirm": "1"})[0] == 403
        assert world.whole(ref).notes == ()

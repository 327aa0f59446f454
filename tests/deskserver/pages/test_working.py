"""An agent's day: ready texts, a date with an answer, handing on, opening again, copies, and what comes next."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from selfcare.deskserver.access.audit import told_as
from selfcare.deskserver.pages.ready import FIELDS, moments, ready
from selfcare.deskserver.pages.say import Say
from selfcare.deskserver.schema import tickets as table
from selfcare.model.ticket import State
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.pages.asking import ask, form_of
from tests.deskserver.pages.reports import archive_of
from tests.deskserver.pages.world import World
from tests.report import documents

WAIT = "Bonjour,\n\nLe problème est de notre côté"


def plain(page: str) -> str:
    """As it is read: without the signs for blanks that do not break."""
    return html.unescape(page).replace("\xa0", " ").replace("\u202f", " ")


def does(world: World, ref: str, what: str, **given: str) -> tuple[int, str, str]:
    fields = form_of(ask(world, f"/t/{ref}")[1], f"/t/{ref}/{what}")
    status, page, headers = ask(world, f"/t/{ref}/{what}", {**fields, **given})
    return status, plain(page), headers.get("location", "")


def test_a_ready_text_in_their_language_is_put_below_what_was_typed_and_nothing_is_sent(world: World) -> None:
    ref = world.file(language="en")
    page = ask(world, f"/t/{ref}")[1]
    first = re.search(r'<select id="ready-answer".*?<option value="(\w+)"[^>]*>([^<]+)', page, re.S)
    assert first and first.groups() == ("ours", "Le problème est de notre côté")  # by its proof; named in French
    assert '<textarea id="text-answer" name="text" data-draft maxlength="8000" lang="en"' in page
    status, page, _ = does(world, ref, "answer", insert="1", ready="ours", text="Dear Ada,", promise="")
    assert status == 200 and "Dear Ada,\n\nHello,\n\nThe trouble is on our side" in page
    assert world.whole(ref).notes == () and world.whole(ref).head.promised_at is None


def test_every_ready_text_is_there_in_both_languages_and_the_fitting_one_first(world: World) -> None:
    head = world.whole(world.file(facts={"verdict_state": "fault", "verdict_band": "likely", "segments": "wifi"})).head
    for language in ("fr", "en"):
        given = ready(head, Say(language, world.desk.now()), "Exemple")
        assert {form: len(texts) for form, texts in given.items()} == {form: len(ids) for form, ids in FIELDS.items()}
        for text in (one for texts in given.values() for one in texts):
            assert text.text.startswith("Bonjour,") and text.text.endswith("Exemple") and "ready." not in text.name
    assert given["answer"][0].id == "home"


@pytest.mark.parametrize(("hour", "count"), [(9, 4), (17, 3)])
def test_dates_that_can_be_promised_lie_ahead(hour: int, count: int) -> None:
    now = datetime(2026, 11, 22, hour, tzinfo=UTC)
    say = Say("fr", int(now.timestamp() * 1000))
    found = [datetime.fromisoformat(value).replace(tzinfo=UTC) for value, _ in moments(say)]
    assert len(found) == count and min(found) - now > timedelta(hours=2) and found == sorted(found)


def test_an_answer_promises_in_one_form_and_a_date_that_is_none_sends_nothing(world: World) -> None:
    ref = world.file()
    assert does(world, ref, "answer", text="Nous venons.", promise="2001-01-01T10:00")[0] == 422
    assert world.whole(ref).notes == ()
    wanted = moments(Say("fr", world.desk.now(), world.desk.settings.zone))[-1][0]
    assert does(world, ref, "answer", text="Nous venons.", promise=wanted)[0] == 303
    whole = world.whole(ref)
    assert [one.text for one in whole.notes] == ["Nous venons."] and whole.head.promised_at is not None
    assert Say("fr", 0, world.desk.settings.zone).field(whole.head.promised_at) == wanted


def test_it_is_handed_on_with_what_was_measured_and_the_subscriber_is_told_to_whom(world: World) -> None:
    ref = world.file(report=archive_of(documents.fibre()), language="en")
    page = plain(ask(world, f"/t/{ref}")[1])
    reason = re.search(r'<textarea id="text-hand"[^>]*>(.*?)</textarea>', page, re.S)
    assert reason
    for piece in ("Fibre sans lumière", "Nœud d’accès : nro-75-0042", "Déjà essayé : Redémarrer la box", "dBm",
                  "06 12 34 56 78"):  # fmt: skip
        assert piece in reason[1], reason[1]
    assert does(world, ref, "hand", to="moon", text="x")[0] == 422
    assert does(world, ref, "hand", to="field", text=reason[1])[0] == 303
    whole = world.whole(ref)
    assert whole.head.status is State.HELD and whole.status_reason == "Handed over to the team that visits homes."
    assert [one.internal for one in whole.notes] == [True]
    assert plain(whole.notes[0].text).startswith("Transmise : Intervention chez l’abonné\n\nFibre sans lumière")


def test_what_is_over_is_opened_again_and_asks_nothing_before(world: World) -> None:
    ref = world.file()
    does(world, ref, "close", state="resolved", text="Fait.")
    page = ask(world, f"/t/{ref}")[1]
    assert "/ask" not in page and "/hand" not in page and "Rouvrir la demande" in page
    status, _, where = does(world, ref, "state", state="inProgress")
    assert (status, where) == (303, f"/t/{ref}?done=reopen")
    assert world.whole(ref).head.status is State.IN_PROGRESS


def test_a_copy_is_offered_merged_by_its_number_and_leads_on(world: World) -> None:
    keep = world.file(contact={"name": "Eve", "phone": "06 55 44 33 22"})
    copy = world.file(subscriber=None, channel="spoken", contact={"phone": "+33655443322"})
    page = plain(ask(world, f"/t/{copy}")[1])
    assert f'<option value="{keep}">' in page and "même téléphone" in page
    assert "chiffres dictés au téléphone : sans signature" in page
    assert does(world, copy, "merge", into=keep.lower())[2] == f"/t/{keep}?done=merge"
    page = plain(ask(world, f"/t/{copy}")[1])
    assert f'réunie avec une autre. Tout se trouve désormais dans <a class="code" href="/t/{keep}"' in page
    assert "/answer" not in page


def test_when_it_was_measured_is_said_and_an_old_check_is_called_old(world: World) -> None:
    now = datetime.fromtimestamp(world.desk.now() / 1000, UTC)

    def told(**more: object) -> str:
        made = documents.fibre() | more
        return plain(ask(world, f"/t/{world.file(report=archive_of(made))}")[1])

    assert "La ligne a pu changer depuis" in told(made=(now - timedelta(days=3)).isoformat())
    fresh = told(made=(now - timedelta(minutes=5)).isoformat())
    assert "(il y a 5 min)." in fresh and "a pu changer" not in fresh
    assert "L’horloge de ce PC est en avance" in told(made=(now + timedelta(hours=3)).isoformat())
    assert "ne dit pas quand" in told(made="hier")
    ref = world.file(report=archive_of(documents.fibre()), uploads=())
    assert "Sans rapport lisible" in plain(ask(world, f"/t/{world.file()}")[1])
    number, broken = world.whole(ref).head.id, world.kept("b.zip", b"PK\x03\x04")
    from selfcare.deskserver.core import tickets

    world.write(lambda c: tickets.attach(c, number, broken, world.desk.now()))
    assert "Un rapport plus récent n’a pas pu être lu" in plain(ask(world, f"/t/{ref}")[1])


def test_what_is_only_said_is_not_called_proven(world: World) -> None:
    facts = {"verdict_code": "ACC-FTTH-DARK", "verdict_state": "fault", "verdict_band": "certain", "segments": "access"}
    said = world.file(subscriber=None, channel="spoken", facts=facts)
    shown = world.file(facts=facts, report=archive_of(documents.fibre()))
    for ref, words, tone in ((said, "déclaré de notre côté", "warn"), (shown, "établi de notre côté", "bad")):
        for path in (f"/t/{ref}", f"/?view=all&text={ref[:-1]}"):
            page = plain(ask(world, path)[1])
            assert words in page and f'<span class="chip {tone}">' in page.replace("<bdi>", ""), path


def test_an_outage_is_declared_with_a_text_that_is_there(world: World) -> None:
    page = plain(ask(world, "/outages")[1])
    fr, en = (re.search(rf'<textarea id="{name}-new"[^>]*>([^<]+)<', page) for name in ("fr", "en"))
    assert fr and en and fr[1].startswith("Une panne touche votre secteur.") and en[1].startswith("An outage affects")


def test_no_word_of_a_program_stands_where_a_sentence_should(world: World) -> None:
    ref = world.file(subscriber=None, channel="spoken", facts={"verdict_code": "WAN-DOWN", "verdict_state": "fault"})
    page = ask(world, f"/t/{ref}")[1]
    assert "verdict_" not in page and ">spoken<" not in page and "Code dicté" in page


def test_the_last_word_nobody_answered_stands_at_the_top(world: World) -> None:
    ref = world.file()
    world.note(ref, text="Toujours rien ?")
    top = ask(world, f"/t/{ref}")[1].split('aria-labelledby="talk"')[0]
    assert "Toujours rien ?" in top
    does(world, ref, "answer", text="On y est.")
    assert "Toujours rien ?" not in ask(world, f"/t/{ref}")[1].split('aria-labelledby="talk"')[0]


def test_a_number_opens_its_ticket_and_a_name_shows_the_person(world: World) -> None:
    ref = world.file(contact={"name": "Zénobie Quark"})
    for typed in (ref, ref.lower()):
        status, _, headers = ask(world, f"/?view=all&text={typed}")
        assert (status, headers["location"]) == (303, f"/t/{ref}")
    page = ask(world, "/?view=all&text=quark")[1]
    assert f'href="/s/{world.whole(ref).head.subscriber}"' in page and ref in page


def test_the_list_one_came_from_is_kept_and_leads_to_the_next_one(world: World) -> None:
    facts = {"verdict_state": "fault", "verdict_band": "certain", "segments": "isp"}
    first, second = world.file(facts=facts, severity="blocking"), world.file(facts=facts, severity="blocking")
    old = {"act_at": 1}
    world.write(lambda c: c.execute(update(table).where(table.c.ref == first).values(old)))
    world.write(lambda c: c.execute(update(table).where(table.c.ref == second).values(act_at=2)))
    page = ask(world, "/?view=act")[1]
    assert f'href="/t/{first}?view=act"' in page
    page = plain(ask(world, f"/t/{first}?view=act")[1])
    assert f'action="/t/{first}/answer?view=act"' in page and f'href="/next?view=act&after={first}"' in page
    assert ask(world, f"/next?view=act&after={first}")[2]["location"] == f"/t/{second}?view=act"
    fields = form_of(page, f"/t/{first}/answer?view=act")
    where = ask(world, f"/t/{first}/answer?view=act", {**fields, "text": "Voilà."})[2]["location"]
    assert where == f"/t/{first}?done=answer&view=act"
    assert f"/next?view=act&but={first}" in plain(ask(world, where)[1])
    world.write(lambda c: told_as(c, "agent:julie", "read", f"ticket:{second}", world.desk.now()))
    assert "julie l’a ouverte" in plain(ask(world, f"/t/{second}")[1])
    assert ask(world, f"/next?view=act&but={first}")[2]["location"] != f"/t/{second}?view=act"


@pytest.mark.full
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_by_the_keyboard_alone_and_a_text_outlives_its_page(world: World) -> None:
    ref = world.file()
    with at_the_desk() as tab:
        tab.go(f"{world.url}/t/{ref}")
        tab.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.type("#text-ask", "Le voyant")
        tab.type("#text-answer", "Nous regardons.")
        tab.go(f"{world.url}/")  # a session that ended, a wrong click
        tab.go(f"{world.url}/t/{ref}")
        assert tab.run("document.getElementById('text-answer').value") == "Nous regardons."
        tab.run("document.querySelector(\"button[data-into='text-answer']\").click()")
        assert str(tab.run("document.getElementById('text-answer').value")).startswith(f"Nous regardons.\n\n{WAIT}")
        tab.run("document.getElementById('text-answer').focus(); window.stillHere = true")
        tab.press("Enter", control=True)
        tab.arrived()
        tab.wait("[role=status]", "Réponse envoyée")
        assert [one.text[:15] for one in world.whole(ref).notes] == ["Nous regardons."]
        assert tab.run("document.getElementById('text-answer').value") == ""  # sent is gone, the other is still there
        assert tab.run("document.getElementById('text-ask').value") == "Le voyant"
        tab.run("document.activeElement.blur(); document.getElementById('keys-off').click()")
        tab.press("n")
        assert f"/t/{ref}" in tab.address()  # turned off
        tab.run("document.getElementById('keys-off').click(); window.stillHere = true")
        tab.press("n")
        tab.arrived()
        assert f"/t/{ref}" not in tab.address()
        assert tab.complaints() == []

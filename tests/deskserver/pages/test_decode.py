"""A code that somebody reads out, or sends as pictures: what it says, and a ticket of it."""

from __future__ import annotations

import re
from html import unescape

from selfcare.cases.ids import mint
from selfcare.report import draw, qr
from selfcare.report.spoken import spoken
from tests.deskserver.pages.asking import ask, form_of
from tests.deskserver.pages.world import World
from tests.report import documents
from tests.report.code_documents import document, key, noise


def test_a_slip_in_spoken_digits_is_told_and_a_right_code_is_sentences(world: World) -> None:
    code = spoken(documents.fibre())
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    status, page, _ = ask(world, "/decode", {"text": slip})
    assert status == 422 and "Un chiffre" in page and slip in page
    status, page, _ = ask(world, "/decode", {"text": code.replace(" ", "")})
    assert status == 200 and "signature" in page and 'id="sentences"' in page
    assert ask(world, "/decode", {"text": " "})[0] == 422


def test_the_same_digits_a_moment_later_are_offered_and_twice_the_same_are_one(world: World) -> None:
    """Digits say what was found, not whose they are: two homes in one outage have the same."""
    code = spoken(documents.fibre())
    assert "déjà fait un ticket" not in ask(world, "/decode", {"text": code})[1]
    where = ask(world, "/decode/ticket", {"text": code, "name": "Zoé"})[2]["location"]
    assert where.endswith("?done=made")
    page = ask(world, "/decode", {"text": code})[1]  # a colleague, a minute later
    assert "déjà fait un ticket" in page and where.partition("?")[0] in page and "Zoé" in page
    again, other = (
        ask(world, "/decode/ticket", {"text": code, "name": name})[2]["location"] for name in ("Zoé", "Léa")
    )
    assert again == where.replace("done=made", "done=made_there") and other.endswith("?done=made")


def test_pictures_are_read_and_made_a_ticket_once(world: World) -> None:
    case = mint()
    told = document(
        case=case, symptom={"what": "no_web", "words": noise(300)},
        wish={"wants": ["repair"], "words": noise(300, 2), "reach": {"when": noise(100, 3)}},
    )  # fmt: skip
    pictures = qr.pictures(told, key())
    drawn = [draw.png(one, 4) for one in pictures]
    assert len(drawn) > 1
    status, page, _ = ask(world, "/decode", {"text": ""}, pictures=drawn[:1])
    assert status == 422 and f"1 sur {len(drawn)}" in page  # one is missing, and that is said
    status, page, _ = ask(world, "/decode", {"text": ""}, pictures=[*reversed(drawn), drawn[0]])
    assert status == 200 and case in page and "que ce bureau ne connaît pas" in page
    fields = {name: unescape(value) for name, value in form_of(page, "/decode/ticket").items()}
    assert set(fields["text"].split()) == {one.text for one in pictures}
    where = [ask(world, "/decode/ticket", fields)[2]["location"] for _ in range(2)]
    assert where[0].endswith("?done=made") and where[1] == where[0] + "_there"
    page = ask(world, where[0])[1]
    assert "Demande créée d’après le code." in page and case in page
    assert "Ajouter à la demande" in ask(world, "/decode", {"text": fields["text"]})[1]


def test_what_is_no_picture_of_a_code_is_said_to_be_none(world: World) -> None:
    status, page, _ = ask(world, "/decode", {"text": ""}, pictures=[b"<svg onload=alert(1)>"])
    assert status == 422 and 'role="alert"' in page and "alert(1)" not in page


def test_digits_become_a_ticket_of_whoever_the_agent_says_is_calling(world: World) -> None:
    ref = world.file()
    person = world.whole(ref).head.subscriber
    code = spoken(documents.fibre())
    assert f"/decode?subscriber={person}" in ask(world, f"/s/{person}")[1]
    assert f'href="/s/{person}"' in ask(world, f"/decode?subscriber={person}")[1]
    page = ask(world, "/decode", {"text": code, "subscriber": str(person)})[1]
    fields = form_of(page, "/decode/ticket")
    assert fields["subscriber"] == str(person) and 'id="said-phone"' in page
    status, _, headers = ask(world, "/decode/ticket", {**fields, "name": "Zoé", "phone": "06 00 00 00 01"})
    made = re.fullmatch(r"/t/([^?]+)\?done=made", headers["location"])
    assert status == 303 and made
    whole = world.whole(made[1])
    assert whole.head.subscriber == person and whole.head.channel == "spoken"
    assert whole.contact == {"name": "Zoé", "phone": "06 00 00 00 01"}
    nobody = {**fields, "subscriber": "999999"}
    status, page, _ = ask(world, "/decode/ticket", nobody)
    assert status == 404 and code in page and 'role="alert"' in page

"""What strangers bring: bombs, tricks, forged and replayed keys, codes and mails; and ten thousand wrong logins."""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from selfcare.deskserver.access import installs
from selfcare.deskserver.access.assertions import GRANT
from selfcare.deskserver.model import Role
from selfcare.deskserver.schema import attachments, subscribers, tickets
from selfcare.model.report import Reach
from selfcare.report import qr
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.intake.home import Home, Pc
from tests.deskserver.pages.reports import archive_of
from tests.deskserver.strangers import JSON, TICKETS, Whole, ticket, until, whole_at
from tests.report import documents
from tests.report.code_documents import document, key
from tests.report.test_verify import hostile
from tests.report.world import made

FORM = "application/x-www-form-urlencoded"
CASE = "CAS-7K3M-92QX"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_at(tmp_path_factory.mktemp("whole"), (Role.READER, Role.LEAD)) as found:
        yield found


def file_of(data: bytes, name: str = "rapport.zip", **more: Any) -> dict[str, Any]:
    return {"@type": "Attachment", "name": name, "content": base64.b64encode(data).decode(), **more}


def refused(whole: Whole, *files: dict[str, Any]) -> tuple[int, str]:
    before = whole.read(lambda c: c.execute(select(func.count()).select_from(tickets)).scalar())
    told = whole.api("POST", "", whole.anna, ticket(attachment=list(files)))
    if told.status != 201:
        assert whole.read(lambda c: c.execute(select(func.count()).select_from(tickets)).scalar()) == before
    return told.status, told.body.get("code", "")


# -- files ----------------------------------------------------------------------------------------------------------


def test_what_is_no_file_of_a_ticket_is_refused(whole: Whole) -> None:
    exe, text = b"MZ\x90\x00" + b"\0" * 60, b"un journal"
    assert refused(whole, file_of(exe, "rapport.zip")) == (422, "file_kind")
    assert refused(whole, file_of(b"\x7fELF" + b"\0" * 60, "photo.png", mimeType="image/png")) == (422, "file_kind")
    assert refused(whole, file_of(b"%PDF-" + b"x" * (8 * 1024 * 1024))) == (413, "file_too_large")
    assert refused(whole, {**file_of(text), "content": "a*b"}) == (400, "no_base64")
    assert refused(whole, {**file_of(text), "content": 7}) == (400, "wrong_type")
    assert refused(whole, file_of(text, description="sha256:" + "0" * 64)) == (422, "digest_mismatch")
    assert refused(whole, *[file_of(b"%d" % one, f"{one}.txt") for one in range(41)]) == (429, "too_many_files")
    assert refused(whole, *[{"@type": "Attachment"}] * 300) == (400, "too_many_entries")


def test_a_file_s_name_leads_nowhere_and_its_content_is_no_page(whole: Whole) -> None:
    names = ["../../../etc/passwd", "..\\..\\windows\\x.bat", "/etc/shadow", "C:\\x", "a\r\nX-Evil: 1", ".htaccess",
             "..", "\u202egpj.exe", 'a"; filename="x.html', "con", "x" * 400 + ".html", "%2e%2f", "a/../b"]  # fmt: skip
    page = b"<html><script>alert(1)</script>"
    ref = whole.file(whole.anna, attachment=[file_of(page + name.encode(), name) for name in names])
    shown = whole.api("GET", f"{TICKETS}/{ref}", whole.anna).body["attachment"]
    assert len(shown) == len(names)
    for one in shown:
        assert not set(one["name"]) & set('/\\:\r\n"<>\u202e') and one["name"].strip(". ") and len(one["name"]) <= 120
        for told in (whole.api("GET", one["href"].removeprefix(whole.url), whole.anna),
                     whole.tabs["reader"].get(f"/t/{ref}/file/{one['id']}")):  # fmt: skip
            assert told.status == 200 and told.raw.startswith(page)
            kind = told.headers["Content-Type"].partition(";")[0]
            assert kind in ("text/plain", "application/octet-stream")
            assert told.headers["X-Content-Type-Options"] == "nosniff" and "X-Evil" not in told.headers
            assert told.headers["Content-Disposition"].startswith("attachment; filename=")
            assert "sandbox" in told.headers["Content-Security-Policy"]
    assert not list((whole.letters.parent / "desk").glob("**/*passwd*"))


def test_archives_that_are_bombs_tricks_or_changed_are_odd_and_harm_nothing(whole: Whole) -> None:
    """Each is taken (a subscriber's file is never lost), opened apart, and said to be what it is."""
    bad = [data for data, _ in hostile(made()).values() if data.startswith((b"PK\x03\x04", b"PK\x05\x06"))]
    assert len(bad) > 5
    changed = archive_of(documents.fibre(), instead=documents.dsl())
    refs = [whole.file(whole.anna, attachment=[file_of(data)]) for data in (*bad, changed)]
    numbers = [whole.number(ref)["id"] for ref in refs]
    asked = select(attachments.c.ref, attachments.c.state).where(attachments.c.ticket_id.in_(numbers))

    def states() -> list[tuple[str, str]]:
        return [tuple(row) for row in whole.read(lambda c: c.execute(asked.order_by(attachments.c.id)).all())]

    until(lambda: all(state != "unread" for _, state in states()), 30)
    assert [state for _, state in states()] == ["odd"] * len(bad) + ["changed"]
    for ref, (file, _) in zip(refs, states(), strict=True):
        row = whole.number(ref)
        assert (row["verdict_code"], row["node"], row["side"]) == ("", "", "")
        assert whole.tabs["reader"].get(f"/t/{ref}").status == 200
        assert whole.tabs["reader"].get(f"/t/{ref}/report/{file}").status == 200


# -- keys -----------------------------------------------------------------------------------------------------------


def home_of(whole: Whole) -> Home:
    return Home(whole.desk, whole.app, whole.url, whole.letters, sends=True)


def test_forged_replayed_and_revoked_keys_get_no_token(whole: Whole) -> None:
    home = home_of(whole)
    pc, thief = Pc(home, "zoe@home.example"), Pc(home, "thief@home.example")

    async def story() -> tuple[str, str, str]:
        return await pc.registered(), await thief.registered(), (await pc.client.stored())[0]

    token, other, name = asyncio.run(story())
    mine = whole.file(token)
    assert whole.api("GET", f"{TICKETS}/{mine}", other).status == 404

    def asked(assertion: str) -> tuple[int, str]:
        form = urlencode({"grant_type": GRANT, "assertion": assertion})
        told = whole.ask("POST", "/register/token", form, {"Content-Type": FORM})
        return told.status, told.body.get("error_description", "")

    good = pc.client.assertion(name)
    head, claims, seal = good.split(".")
    assert asked(thief.client.assertion(name)) == (400, "assertion_refused")
    assert asked(pc.client.assertion("nobody")) == (400, "assertion_refused")
    for algorithm in ("none", "HS256", "RS256", "eddsa", "ES256"):
        forged = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).rstrip(b"=").decode()
        for signature in ("", seal):
            told = asked(f"{forged}.{claims}.{signature}")
            assert told in ((400, "assertion_algorithm"), (400, "assertion_unreadable"))
    assert asked(f"{head}.{claims}.{'A' * 86}") == (400, "assertion_refused")
    assert asked(good)[0] == 200
    assert asked(good) == (400, "assertion_used")
    far = dict(json.loads(base64.urlsafe_b64decode(claims + "==")), exp=time.time() + 10**6, jti="x")
    assert asked(_signed(pc, head, far)) == (400, "assertion_clock")
    assert asked(_signed(pc, head, {**far, "exp": time.time() + 60, "aud": "https://other.example"})) == (
        400, "assertion_refused")  # fmt: skip
    assert whole.write(lambda c: installs.revoke(c, name, whole.desk.now()))
    assert asked(pc.client.assertion(name)) == (400, "assertion_refused")
    whole.app.state.callers.forget()  # what else happens within five seconds
    assert whole.api("GET", f"{TICKETS}/{mine}", token).body["code"] == "token_revoked"


def _signed(pc: Pc, head: str, claims: dict[str, Any]) -> str:
    told = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    seal = base64.urlsafe_b64encode(pc.key.sign(f"{head}.{told}".encode())).rstrip(b"=").decode()
    return f"{head}.{told}.{seal}"


def test_a_confirmation_is_guessed_five_times_and_names_nobody(whole: Whole) -> None:
    home = home_of(whole)
    victim, thief = Pc(home, "victim@home.example"), Pc(home, "victim@home.example")

    async def story() -> str:
        await victim.registered()
        await thief.client.ask(Reach(mail=thief.mail))
        return (await thief.client.stored())[0]

    name = asyncio.run(story())
    right = asyncio.run(home.codes(thief.mail))[-1]
    wrong = [f"{(int(right) + one) % 10**8:08d}" for one in range(1, 7)]
    where = f"/register/installs/{name}/confirmation"
    told = [whole.ask("POST", where, json.dumps({"code": code}), {"Content-Type": JSON}).status for code in wrong]
    assert told == [403] * 5 + [410]
    assert whole.ask("POST", where, json.dumps({"code": right}), {"Content-Type": JSON}).status == 410
    nobody = whole.ask("POST", "/register/installs/nobody/confirmation", json.dumps({"code": right}))
    assert nobody.status == 410  # as one that is over: who is registered is not told


# -- codes and mails ---------------------------------------------------------------------------------------------------


def test_a_code_is_a_ticket_once_and_a_stranger_s_is_nobody_s(whole: Whole) -> None:
    def sent(text: str) -> tuple[int, dict[str, Any]]:
        told = whole.ask("POST", "/codes", json.dumps({"text": text}), {"Content-Type": JSON})
        return told.status, told.body

    nul = {"state": "fault\0", "code": "ISP-DNS-DOWN\0", "band": "certain\0", "segments": ["isp"], "text": "a\0"}
    reach = {"name": "a\0\u202e<script>", "phone": "\0", "mail": "\0@x", "when": "\0"}
    wish = {"wants": ["repair"], "words": "\0", "reach": reach}
    odd = document(verdict={**document()["verdict"], **nul}, wish=wish, access="fibre\0")
    for text in (qr.pictures(document(), key("s1"), "")[0].text, qr.pictures(odd, key("s2"), "")[0].text):
        status, told = sent(text)
        assert status == 201, told
        assert sent(text) == (201, told)
        row = whole.number(told["number"])
        assert (row["node"], row["channel"]) == ("", "qr") and not any("\0" in str(one) for one in row.values())
        proven = select(subscribers.c.proven).where(subscribers.c.id == row["subscriber_id"])
        assert whole.read(lambda c, p=proven: c.execute(p).scalar()) is False
        assert sent(text[:-6] + "000000")[0] == 422
        assert whole.tabs["reader"].get(f"/t/{told['number']}").status == 200
    for text in ("", "x", "SLF1:" + "A" * 60_000, "SLF1:" + "0" * 300, "1234 5678 9012 3456", "\0", "é" * 100):
        status, told = sent(text)
        assert status in (413, 422) and told["error"] and told["text"]


def test_a_mail_s_headers_and_text_are_only_text(whole: Whole) -> None:
    mine = whole.file(whole.anna)
    mail = (
        f'From: "x" <thief@example.org>\r\nSubject: {mine} =?utf-8?q?=0D=0ABcc:_evil=40example.org?=\r\n'
        f"Message-ID: <{uuid.uuid4()}@x>\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>b\0c"
    )
    told = whole.ask("POST", "/intake/mail", mail.encode(), {"Authorization": f"Bearer {whole.billing}"})
    assert told.status == 200 and told.body["ref"] != mine and told.body["outcome"] == "ticket"
    row = whole.number(told.body["ref"])
    assert "\n" not in row["name"] and "\r" not in row["name"] and "\0" not in row["description"]
    for raw in (b"", b"no mail", b"\0" * 100, b"From: a@b.c\r\n" * 1000 + b"\r\nx", b"X" * 200_000):
        told = whole.ask("POST", "/intake/mail", raw, {"Authorization": f"Bearer {whole.billing}"})
        assert told.status in (200, 413, 422), raw[:20]
    assert whole.ask("POST", "/intake/mail", mail.encode(), {"Authorization": f"Bearer {whole.anna}"}).status == 403


# -- signing in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.full)])
def test_wrong_logins_are_held_up_and_harm_nobody_else(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    with whole_at(tmp_path_factory.mktemp("logins"), (Role.READER,)) as whole:
        mine, reader = whole.file(whole.anna), whole.tabs["reader"]
        names = ["reader", "READER", "re\u0430der", "reader\u0301", "admin'--", "nobody", "\u212areader", "a" * 5000]
        statuses = []
        for number in range(count):
            form = {"login": names[number % len(names)], "password": f"wrong {number}", "code": "000000"}
            told = whole.ask("POST", "/login", urlencode(form), {"Origin": whole.url, "Content-Type": FORM})
            statuses.append(told.status)
            assert "Set-Cookie" not in told.headers
        assert set(statuses) <= {403, 429, 503} and statuses.count(429) >= count - 10 * (1 + count // 1000)
        assert told.headers["Retry-After"]
        assert reader.get("/").status == 200  # who is in stays in
        assert whole.api("GET", f"{TICKETS}/{mine}", whole.anna).status == 200
        wrong = [one for one in whole.audited() if one[1] == "login_wrong"]
        assert 10 <= len(wrong) < 10 * (1 + count // 1000) + 1


# -- in a browser ------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
def test_no_script_of_a_stranger_runs_in_the_browser(whole: Whole) -> None:
    bad = "</title></textarea><script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
    report = file_of(archive_of({**documents.hostile(), "case": CASE}))
    contact = [{"name": f"contact.{one}", "value": bad} for one in ("name", "mail", "phone")]
    ref = whole.file(whole.anna, name=bad, description=bad, note=[{"@type": "Note", "text": bad, "author": bad}],
                     attachment=[report, file_of(bad.encode(), bad + ".html")],
                     troubleTicketCharacteristic=contact)  # fmt: skip
    row, lead = whole.number(ref), whole.tabs["lead"]
    unread = select(func.count()).where(attachments.c.state == "unread")
    until(lambda: whole.read(lambda c: c.execute(unread).scalar()) == 0)
    asked = select(attachments.c.ref).where(attachments.c.ticket_id == row["id"], attachments.c.kind == "report")
    file = whole.read(lambda c: c.execute(asked).scalar())
    name, _, value = lead.cookie.partition("=")
    with at_the_desk() as tab:
        tab.page.call("Network.setCookie", name=name, value=value, url=whole.url, httpOnly=True)
        for path in (f"/t/{ref}", "/?view=all", f"/s/{row['subscriber_id']}", f"/t/{ref}/report/{file}", "/outages",
                     f"/t/{ref}/report/{file}/page", "/?" + urlencode({"text": bad})):  # fmt: skip
            tab.go(whole.url + path)
            assert tab.there("h1, body"), path
            assert not tab.there("main script, main svg[onload], main img[onerror]"), path
        assert tab.complaints() == []
        tab.go(f"{whole.url}/t/{ref}")
        tab.run("document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror=\"window.ran = 1\">')")
        tab.run(
            "(s => { s.textContent = 'window.ran = 2'; document.body.append(s) })(document.createElement('script'))"
        )
        assert tab.run("window.ran ?? 0") == 0  # were there a hole, the policy would stop it
        assert tab.run("document.cookie") == ""
        assert any("content security policy" in one.lower() for one in tab.complaints())

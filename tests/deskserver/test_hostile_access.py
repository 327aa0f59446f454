"""Who may not, may not: each route as each role, each form from elsewhere, another's ticket; and the audit."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from selfcare.deskserver.access import tokens
from selfcare.deskserver.model import Role
from selfcare.deskserver.schema import attachments, audit, external_ids, hubs
from tests.deskserver.strangers import JSON, TICKETS, Whole, ticket, whole_at

MERGE = "application/merge-patch+json"
CASE = "CAS-7K3M-92QX"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}${7*7}\u202e"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_at(tmp_path_factory.mktemp("whole")) as found:
        yield found


def file_of(name: str = "j.txt", data: bytes = b"un journal") -> dict[str, str]:
    return {"@type": "Attachment", "name": name, "content": base64.b64encode(data).decode()}


def identity(value: str, kind: str = "selfcare.ticket") -> list[dict[str, str]]:
    return [{"@type": "ExternalIdentifier", "id": value, "externalIdentifierType": kind, "owner": "selfcare"}]


# -- every route --------------------------------------------------------------------------------------------------

OPEN = {"/login", "/login/provider", "/login/provider/back", "/welcome/{secret}", "/static/{name}", "/d",
        "/d/phone.js", "/d/phone.css", "/health", "/codes", "/register/installs", "/register/token",
        "/register/installs/{install}/confirmation"}  # fmt: skip
"""Of who is not signed in. Everything else asks."""
NEEDS = {"/decode/ticket": 1, "/": 0, "/next": 0, "/decode": 0, "/outages": 0, "/s/{id:int}": 0, "/t/{ref}": 0,
         "/t/{ref}/report/{file}": 0,
         "/t/{ref}/report/{file}/page": 0, "/t/{ref}/file/{file}": 0, "/account": 0, "/prove": 0, "/logout": 0,
         "/account/{what}": 0, "/t/{ref}/{what}": 1, "/outages/{ref}/answer": 2, "/outages/{ref}/close": 2,
         "/admin": 3, "/admin/agents": 3, "/admin/agents/{id:int}/{what}": 3, "/admin/tokens": 3,
         "/admin/tokens/{hash}/revoke": 3, "/admin/audit": 3, "/admin/audit.csv": 3, "/admin/retention": 3,
         "/admin/letters": 3}  # fmt: skip
"""The least role, by its place."""


def pages(whole: Whole) -> list[tuple[str, str]]:
    """Method and path of every route that is no API's: a new one has to be named here."""
    found = []
    for one in whole.app.routes:
        assert isinstance(one, Route)
        if not one.path.startswith(("/tmf-api", "/intake")):
            found += [(method, one.path) for method in sorted(one.methods or ()) if method != "HEAD"]
    return found


def filled(path: str, whole: Whole, ref: str) -> str:
    file = whole.read(lambda c: c.execute(select(attachments.c.ref)).scalar())
    values = {"ref": ref, "file": file, "id:int": "1", "what": "answer", "hash": "0" * 64, "secret": "s", "name": "x",
              "install": "i"}  # fmt: skip
    return re.sub(r"\{([^}]*)\}", lambda found: values[found[1]], path)


def test_every_page_is_named_here(whole: Whole) -> None:
    assert {path for _, path in pages(whole)} == OPEN | set(NEEDS)


def test_nobody_reaches_what_asks_who_it_is(whole: Whole) -> None:
    ref = whole.file(whole.anna, attachment=[file_of()])
    for method, path in pages(whole):
        if path in OPEN:
            continue
        where = filled(path, whole, ref)
        head = {"Origin": whole.url, "Content-Type": "application/x-www-form-urlencoded"}
        told = whole.ask(method, where, "" if method == "POST" else None, head)
        assert (told.status, told.headers["Location"].partition("?")[0]) == (303, "/login"), (method, path)
        for token in (whole.anna, whole.billing):  # a token of the API is no session
            assert whole.ask(method, where, headers={**head, "Authorization": f"Bearer {token}"}).status == 303
    for method in ("GET", "POST", "PATCH", "DELETE"):
        for path in (TICKETS, f"{TICKETS}/{ref}", "/tmf-api/troubleTicket/v4/hub", "/intake/mail"):
            told = whole.ask(method, path, "{}", {"Content-Type": JSON})
            assert told.status in (401, 405), (method, path)
            told = whole.ask(method, path, "{}", {"Content-Type": JSON, "Cookie": whole.tabs["admin"].cookie})
            assert told.status in (401, 405), (method, path)  # a session is no token of the API


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_what_it_may(whole: Whole, role: Role) -> None:
    ref, tab = whole.file(whole.anna, attachment=[file_of()]), whole.tabs[str(role)]
    before = whole.number(ref)
    for method, path in pages(whole):
        if path in OPEN or path in ("/logout", "/account/{what}", "/prove"):
            continue
        need = 2 if (method, path) == ("POST", "/outages") else NEEDS[path]
        where = filled(path, whole, ref)
        told = tab.get(where) if method == "GET" else tab.post(where, {"version": "0", "text": "x"})
        allowed = list(Role).index(role) >= need
        assert (told.status != 403) == allowed, (role, method, path, told.status)
    assert whole.number(ref) == before  # a form of an old version changes nothing


def test_each_form_from_elsewhere_changes_nothing(whole: Whole) -> None:
    """Without the token, with another's, of another site, of a page that no browser names."""
    ref, lead = whole.file(whole.anna), whole.tabs["admin"]
    before, told_before = whole.number(ref), len(whole.audited())
    for method, path in pages(whole):
        if method != "POST" or path in OPEN - {"/login", "/welcome/{secret}"}:
            continue
        where = filled(path, whole, ref)
        signed = path not in OPEN
        for given, head in (
            ({"csrf": ""}, {}), ({"csrf": whole.tabs["lead"].csrf}, {}), ({}, {"Origin": "https://evil.example"}),
            ({}, {"Origin": "null"}), ({}, {"Origin": "http://["}), ({}, {"Origin": ""}),
            ({}, {"Sec-Fetch-Site": "cross-site"}), ({}, {"Sec-Fetch-Site": "same-site", "Origin": ""}),
            ({}, {"Content-Type": "text/plain"}), ({}, {"Content-Type": JSON}),
        ):  # fmt: skip
            if not signed and given:
                continue
            told = lead.post(where, {"version": str(before["version"]), "text": "x", **given}, **head)
            assert told.status in (403, 415), (path, given, head, told.status)
    assert whole.number(ref) == before
    assert lead.get("/account").status == 200  # nobody was signed out
    assert len(whole.audited()) == told_before


def test_safeguards_on_every_answer(whole: Whole) -> None:
    ref, tab = whole.file(whole.anna, name=SCRIPT), whole.tabs["admin"]
    for path in ("/", f"/t/{ref}", "/admin", "/outages", "/login", "/nowhere", "/static/style.css", "/d", TICKETS):
        told = tab.get(path)
        policy = told.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy and "form-action 'self'" in policy
        assert told.headers["X-Content-Type-Options"] == "nosniff" and told.headers["Referrer-Policy"]
        assert told.headers["Cache-Control"] in ("no-store", "no-cache") and told.headers["X-Request-Id"]
        assert "Server" not in told.headers and "Access-Control-Allow-Origin" not in told.headers


def test_a_session_is_new_with_each_signing_in(whole: Whole) -> None:
    """A cookie that was put into somebody's browser is worth nothing; the one of a session is for no script."""
    form = urlencode({"login": "reader", "password": "wrong", "code": "0", "next": "//evil.example"})
    head = {"Origin": whole.url, "Content-Type": "application/x-www-form-urlencoded", "Cookie": "desk=" + "a" * 43}
    told = whole.ask("POST", "/login", form, head)
    assert told.status == 403 and "Set-Cookie" not in told.headers and "evil.example" not in told.text
    assert whole.ask("GET", "/", headers={"Cookie": "desk=" + "a" * 43}).status == 303
    for odd in ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)",
                "\\\\evil.example", "/%0d%0aSet-Cookie:%20a=b"):  # fmt: skip
        told = whole.tabs["reader"].get("/login?" + urlencode({"next": odd}))
        assert told.status == 303 and told.headers["Location"].startswith("/")
        assert not told.headers["Location"].startswith(("//", "/\\")) and "Set-Cookie" not in told.headers


# -- another's ticket -----------------------------------------------------------------------------------------------


def test_another_s_ticket_is_not_there_in_any_way(whole: Whole) -> None:
    mine = whole.file(whole.anna, externalIdentifier=identity("u-anna") + identity(CASE, "selfcare.case"),
                      attachment=[file_of()], note=[{"@type": "Note", "text": "secret d'Anna"}])  # fmt: skip
    was = whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body
    file = was["attachment"][0]["href"].removeprefix(whole.url)
    for version in ("v5", "v4"):
        base = f"/tmf-api/troubleTicket/{version}/troubleTicket"
        one = f"{base}/{mine}"
        asked = [("GET", where, None) for where in (one, one.lower(), f"{one}?fields=attachment.content", file)]
        patches: list[dict[str, Any]] = [
            {"note": [{"text": "x"}]},
            {"attachment": [file_of()]},
            {"status": "cancelled"},
        ]
        for method, where, body in [*asked, *(("PATCH", one, patch) for patch in patches)]:
            told = whole.api(method, where, whole.bert, body, MERGE)
            assert told.status == 404 and b"Anna" not in told.raw
        assert whole.api("DELETE", f"{base}/{mine}", whole.bert).status == 403
        queries = ["", f"?id={mine}", "?externalIdentifier.id=u-anna", "?externalId=u-anna", f"?case={CASE}",
                   "?status=acknowledged", "?limit=0", "?offset=0&limit=100"]  # fmt: skip
        if version == "v5":
            queries += [f"?filter=$[?(@.id=='{mine}')]", "?filter=externalIdentifier[?(@.id=='u-anna')]"]
        for query in queries:
            told = whole.api("GET", f"{base}{query}", whole.bert)
            assert told.status in (200, 206) and mine not in told.text
            own = [one["id"] for one in whole.api("GET", f"{base}", whole.bert).body]
            assert int(told.headers["X-Total-Count"]) <= len(own), query
    for path in ("/tmf-api/troubleTicket/v5/hub", "/tmf-api/troubleTicket/v5/troubleTicketSpecification"):
        assert whole.api("POST", path, whole.bert, {"callback": "https://evil.example/", "name": "x"}).status == 403
    assert whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body == was


def test_another_s_ids_and_case_are_another_ticket(whole: Whole) -> None:
    mine = whole.file(whole.anna, externalIdentifier=identity("u-1") + identity(CASE, "selfcare.case"))
    was = whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body
    case = identity(CASE, "selfcare.case")
    for ids in (identity("u-1"), case, identity(mine), identity("u-1") + case):
        told = whole.api("POST", "", whole.bert, ticket(externalIdentifier=ids), **{"Idempotency-Key": "u-1"})
        assert told.status in (201, 422) and told.body.get("id") != mine
    assert whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body == was


def test_a_subscriber_changes_nothing_but_adds(whole: Whole) -> None:
    mine = whole.file(whole.anna)
    was = whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body
    for field, value in (("name", "x"), ("description", "x"), ("severity", "Critical"), ("status", "closed"),
                         ("status", "resolved"), ("expectedResolutionDate", "2030-01-01T00:00:00Z"),
                         ("externalIdentifier", identity("u-9")), ("priority", "1"), ("channel", {"id": "x"}),
                         ("relatedParty", []), ("ticketType", "x"), ("statusChangeReason", "x"),
                         ("troubleTicketCharacteristic", [{"name": "node", "value": "olt"}])):  # fmt: skip
        told = whole.api("PATCH", f"{TICKETS}/{mine}", whole.anna, {field: value}, MERGE)
        assert told.status in (200, 403), field
        if told.status == 200:
            assert told.body.get(field) == was.get(field), field
    assert whole.api("GET", f"{TICKETS}/{mine}", whole.anna).body == was


@pytest.mark.parametrize("callback", [
    "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://0x7f.1/",
    "https://2130706433/", "https://localhost/", "https://169.254.169.254/latest", "https://10.0.0.1/", "https://0/",
    "https://[64:ff9b::7f00:1]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://u:p@192.0.2.1/", "file:///etc/passwd",
    "https://192.168.1.1:8443/", "gopher://192.0.2.1/", "https://[::127.0.0.1]/", "https://[2002:7f00:1::]/", "https://[",
    "https://100.64.0.1/", "https://224.0.0.1/", "https://127.0.0.1.:443/", "https:///x", "https://1\u2024example/",
])  # fmt: skip
def test_a_hub_never_leads_inside(whole: Whole, callback: str) -> None:
    told = whole.api("POST", "/tmf-api/troubleTicket/v5/hub", whole.billing, {"callback": callback})
    assert (told.status, told.body["code"]) == (422, "callback")


def test_a_revoked_system_is_told_nothing_more(whole: Whole) -> None:
    def made(c: Any) -> str:
        token = tokens.make_system(c, "crm", whole.desk.now())
        c.execute(hubs.insert().values(ref="H-1", callback="https://x.example/", system="crm", version="v5"))
        return tokens.digest(token)

    hashed = whole.write(made)
    assert whole.tabs["admin"].post(f"/admin/tokens/{hashed}/revoke").status == 303
    assert whole.read(lambda c: c.execute(select(func.count()).select_from(hubs)).scalar()) == 0


# -- the audit ------------------------------------------------------------------------------------------------------


def test_each_read_leaves_a_line(whole: Whole) -> None:
    ref = whole.file(whole.anna, attachment=[file_of()])
    row = whole.number(ref)
    asked = select(attachments.c.ref).where(attachments.c.ticket_id == row["id"])
    file = whole.read(lambda c: c.execute(asked).scalar())
    reads = {
        "/": "queue:act", "/?text=Anna": "queue:act", f"/t/{ref}": f"ticket:{ref}", "/outages": "outages",
        f"/s/{row['subscriber_id']}": f"subscriber:{row['subscriber_id']}",
        f"/t/{ref}/file/{file}": f"attachment:{file}",
        f"/t/{ref}/report/{file}": f"attachment:{file}", "/admin": "agents", "/admin/tokens": "tokens",
        "/admin/audit": "audit", "/admin/audit.csv": "audit", "/admin/retention": "retention",
        "/admin/letters": "letters",
    }  # fmt: skip
    for role, tab in whole.tabs.items():
        for path, what in reads.items():
            before = len(whole.audited())
            told = tab.get(path)
            new = whole.audited()[before:]
            if told.status == 403:
                assert role != "admin" and path.startswith("/admin")
                continue
            assert told.status == 200 and [(one[0], one[2]) for one in new] == [(f"agent:{role}", what)], (path, new)
    where = whole.api("GET", f"{TICKETS}/{ref}", whole.anna).body["attachment"][0]["href"].removeprefix(whole.url)
    for path in (TICKETS, f"{TICKETS}/{ref}", where, f"{TICKETS}?id={ref}", TICKETS.replace("v5", "v4")):
        before = len(whole.audited())
        assert whole.api("GET", path, whole.billing).status in (200, 206)
        assert [one[0] for one in whole.audited()[before:]] == ["system:billing"], path


def test_a_form_that_is_not_taken_is_a_read_too(whole: Whole) -> None:
    ref = whole.file(whole.anna, description="secret d'Anna")
    for path, form in ((f"/t/{ref}/answer", {"version": "0", "text": "x"}), ("/outages", {"node": ""})):
        before = len(whole.audited())
        told = whole.tabs["lead"].post(path, form)
        assert told.status in (409, 422)
        assert [one[0] for one in whole.audited()[before:]] == ["agent:lead"], path


def test_the_audit_s_table_has_no_formula(whole: Whole) -> None:
    for text in ("=1+1", "+1", "@SUM(1)", "x;=HYPERLINK(1)", " =1", "a\t=1", "\uff1d1", 'x";=1'):
        whole.tabs["reader"].get("/?" + urlencode({"text": text}))
    table = whole.tabs["admin"].get("/admin/audit.csv").text
    assert "HYPERLINK" in table
    assert not re.search(r"""(?:^|[;,"\t])\s*[=+@\uff1d]""", table, re.M)


# -- what strangers wrote ---------------------------------------------------------------------------------------------


def test_nothing_a_stranger_wrote_is_markup(whole: Whole) -> None:
    ref = whole.file(whole.anna, name=SCRIPT, description=SCRIPT, severity=SCRIPT, ticketType=SCRIPT,
                     note=[{"@type": "Note", "text": SCRIPT, "author": SCRIPT}], attachment=[file_of(SCRIPT)],
                     troubleTicketCharacteristic=[{"name": f"contact.{one}", "value": SCRIPT} for one in
                                                  ("name", "phone", "mail", "contract", "line_number", "when")]
                     + [{"name": one, "value": SCRIPT} for one in ("verdict_code", "verdict_state", "verdict_band",
                                                                   "segments", "access", "operator", "x.y")],
                     externalIdentifier=identity(SCRIPT[:60]) + identity(CASE + "<b>", "selfcare.case"))  # fmt: skip
    row, lead = whole.number(ref), whole.tabs["lead"]
    odd = urlencode({"text": SCRIPT, "done": SCRIPT, "view": SCRIPT})
    for path in (f"/t/{ref}?{odd}", "/?view=all", f"/s/{row['subscriber_id']}", "/outages", f"/?{odd}"):
        text = lead.get(path).text
        assert "<script>alert" not in text and "<img src=x" not in text and "\u202e" not in text and "$49" not in text
    told = lead.post(f"/t/{ref}/answer", {"version": str(whole.number(ref)["version"]), "text": SCRIPT})
    assert told.status == 303 and "<script>alert" not in lead.get(f"/t/{ref}").text
    file = whole.api("GET", f"{TICKETS}/{ref}", whole.anna).body["attachment"][0]
    theirs = whole.api("GET", file["href"].removeprefix(whole.url), whole.anna)
    for told in (theirs, lead.get(f"/t/{ref}/file/{file['id']}")):
        name = told.headers["Content-Disposition"]
        assert name.startswith("attachment;") and not set(name.partition("filename")[2]) & set("<>\r\n")
        assert name.count('"') == 2 and "sandbox" in told.headers["Content-Security-Policy"]


def test_no_secret_and_no_word_of_anybody_is_in_a_log_or_in_the_audit(
    whole: Whole, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "c4n4ry-word"
    caplog.set_level(logging.DEBUG)
    ref = whole.file(whole.anna, description=canary, note=[{"@type": "Note", "text": canary}])
    lead = whole.tabs["lead"]
    lead.post(f"/t/{ref}/answer", {"version": str(whole.number(ref)["version"]), "text": canary})
    whole.api("GET", TICKETS, "slf_" + canary)
    # somebody types the password into the first field
    whole.ask("POST", "/login", urlencode({"login": canary, "password": canary, "code": canary}),
              {"Origin": whole.url, "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    whole.ask("POST", "/codes", json.dumps({"text": canary}), {"Content-Type": JSON})
    whole.api("POST", "", whole.anna, ticket(description=canary, severity=7))

    def broken(c: Any) -> None:  # as an error of the database would be logged
        c.execute(external_ids.insert().values(ticket_id=10**9, scope=canary, type=canary, value=canary))

    with pytest.raises(Exception) as raised:
        whole.write(broken)
    assert canary not in str(raised.value)
    kept = str(whole.read(lambda c: c.execute(select(audit)).all()))
    secrets = (canary, whole.anna, whole.billing, lead.csrf, lead.cookie.partition("=")[2])
    for secret in secrets:
        assert secret not in caplog.text and secret not in kept

"""What an API's caller is answered, each exchange held against TM Forum's own files, v5 and v4."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from selfcare.desks.tmf621_v4 import V4
from selfcare.desks.tmf621_v5 import V5
from selfcare.deskserver.schema import audit, tickets
from tests.desks import official as of
from tests.desks.examples import ticket
from tests.deskserver.api.speaking import FILES, Api, speak

both = pytest.mark.parametrize("version", ["v5", "v4"])
TICKETS = "/troubleTicket"


def body_of(version: str, files: bool = True, **more: Any) -> dict[str, Any]:
    return (V5() if version == "v5" else V4()).new(ticket(**more), {}, files)


def noted(version: str, text: str, **more: Any) -> dict[str, Any]:
    return {**({"@type": "Note"} if version == "v5" else {}), "text": text, **more}


def change_of(version: str, **fields: Any) -> dict[str, Any]:
    return {**({"@type": "TroubleTicket"} if version == "v5" else {}), **fields}


@both
def test_a_post_is_answered_as_a_get_and_twice_the_same(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        body = body_of(version)
        made = await api.ask("POST", f"{version}:{TICKETS}", body)
        assert made.status == 201
        assert made.headers["Location"] == made.body["href"]
        where = f"{version}:{TICKETS}/{made.body['id']}"
        got = await api.ask("GET", where)
        assert (got.status, got.body) == (200, made.body)
        assert got.headers["ETag"] == made.headers["ETag"]
        again = await api.ask("POST", f"{version}:{TICKETS}", body)
        assert (again.status, again.body) == (201, made.body)
        assert (await api.ask("GET", where, If_None_Match=got.headers["ETag"])).status == 304
        file = made.body["attachment"][0]
        brought = await api.ask("GET", file["url"].removeprefix(api.url))
        assert brought.raw == ticket().attachments[0].data
        assert brought.headers["Content-Disposition"].startswith("attachment")
        inside = await api.ask("GET", f"{where}?fields=attachment,attachment.content")
        assert base64.b64decode(inside.body["attachment"][0]["content"]) == brought.raw
        assert "description" not in inside.body
        assert (
            await api.desk.database.read(lambda c: c.execute(select(func.count()).select_from(tickets)).scalar()) == 1
        )

    speak(tmp_path, act)


@both
def test_another_one_s_ticket_is_as_one_that_never_was(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        body = body_of(version)
        made = await api.ask("POST", f"{version}:{TICKETS}", body)
        file = made.body["attachment"][0]["url"].removeprefix(api.url)
        for method, sent in (("GET", None), ("PATCH", change_of(version, note=[noted(version, "Moi aussi")]))):
            theirs = await api.ask(method, f"{version}:{TICKETS}/{made.body['id']}", sent, "paul")
            nobodys = await api.ask(method, f"{version}:{TICKETS}/T-2222-2222", sent, "paul")
            assert (theirs.status, theirs.raw) == (nobodys.status, nobodys.raw)
            assert theirs.status == 404
        assert (await api.ask("GET", file, who="paul")).status == 404
        assert (await api.ask("GET", f"{version}:{TICKETS}", who="paul")).body == []
        again = await api.ask("POST", f"{version}:{TICKETS}", body, "paul")  # another's id tells nothing
        assert again.status == 201
        assert again.body["id"] != made.body["id"]
        assert (await api.ask("GET", f"{version}:{TICKETS}/{made.body['id']}")).body == made.body
        for method, sent in (("GET", None), ("POST", body)):
            said = await api.ask(method, f"{version}:{TICKETS}", sent, who="")
            assert said.status == 401
            assert said.headers["WWW-Authenticate"].startswith("Bearer")
            assert said.body["code"] == "who_are_you"

    speak(tmp_path, act)


@both
def test_a_subscriber_adds_and_cancels_and_promises_nothing(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        made = await api.ask("POST", f"{version}:{TICKETS}", body_of(version, files=False))
        where = f"{version}:{TICKETS}/{made.body['id']}"
        for field in ({"status": "resolved"}, {"expectedResolutionDate": "2030-01-01T00:00:00Z"}, {"name": "Autre"}):
            refused = await api.ask("PATCH", where, change_of(version, **field))
            assert (refused.status, refused.body["code"]) == (403, "not_yours")
        assert (await api.ask("DELETE", where)).status == 403
        assert (await api.ask("GET", where)).body == made.body
        gone = await api.ask("PATCH", where, change_of(version, status="cancelled", statusChangeReason="Doublon"))
        assert (gone.body["status"], gone.body["statusChangeReason"]) == ("cancelled", "Doublon")

    speak(tmp_path, act)


@both
def test_a_system_sees_all_promises_and_loses_no_answer(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        made = await api.ask("POST", f"{version}:{TICKETS}", body_of(version))
        where = f"{version}:{TICKETS}/{made.body['id']}"
        promise = {"expectedResolutionDate": "2030-01-01T00:00:00.000Z", "priority": "2"}
        asked = change_of(version, status="pending", note=[noted(version, "Quel voyant ?", author="Julie")], **promise)
        told = await api.ask("PATCH", where, asked, "billing")
        assert (told.status, told.body["status"], told.body["priority"]) == (200, "pending", "2")
        assert told.body["expectedResolutionDate"] == "2030-01-01T00:00:00.000Z"
        assert [one["text"] for one in told.body["note"]][-1] == "Quel voyant ?"
        again = await api.ask("PATCH", where, change_of(version, note=told.body["note"]), "billing")
        assert again.body["note"] == told.body["note"]
        alone = await api.ask("PATCH", where, change_of(version, note=[noted(version, "Le vert", id="mine-1")]))
        assert [one["text"].partition("\n")[0] for one in alone.body["note"]][-2:] == ["Quel voyant ?", "Le vert"]
        assert alone.body["priority"] == "2"
        stale = await api.ask(
            "PATCH", where, change_of(version, priority="1"), "billing", If_Match=told.headers["ETag"]
        )
        assert (stale.status, stale.body["code"]) == (412, "stale")
        assert (await api.ask("GET", f"{version}:{TICKETS}?status=inProgress", who="billing")).status == 200
        seen = await api.desk.database.read(lambda c: {row.did for row in c.execute(select(audit))})
        assert {"list", "change"} <= seen
        assert (await api.ask("DELETE", where, who="billing")).status == 204
        assert (await api.ask("GET", where)).status == 404

    speak(tmp_path, act)


def test_json_patch_adds_at_the_end_and_takes_nothing_away(tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        kind = "application/json-patch+json"
        made = await api.ask("POST", f"v5:{TICKETS}", body_of("v5", files=False))
        where = f"v5:{TICKETS}/{made.body['id']}"
        one = {"op": "add", "path": "/note/-", "value": noted("v5", "Bonjour", id="n-1")}
        said = await api.ask(
            "PATCH", where, [one, {"op": "test", "path": "/status", "value": "acknowledged"}], kind=kind
        )
        assert said.status == 200
        assert said.body["note"][-1]["id"] == "n-1"
        assert (await api.ask("PATCH", where, [one], kind=kind)).body["note"] == said.body["note"]
        for path, status in (("/note/0", 403), ("/note", 403), ("/nothing/1", 422), ("/note/9", 422)):
            lost = await api.ask("PATCH", where, [{"op": "remove", "path": path}], kind=kind)
            assert (path, lost.status) == (path, status)
        bad = await api.ask("PATCH", where, {"op": "add"}, kind=kind, strict=False)
        assert (bad.status, bad.body["code"]) == (400, "bad_patch")
        assert (await api.ask("GET", where)).body["note"] == said.body["note"]

    speak(tmp_path, act)


@both
def test_a_list_comes_in_pages_filtered_and_in_order(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        made = []
        for at in range(5):
            body = {**body_of(version, files=False), "name": f"n{at}"}
            body |= {"externalIdentifier": [{"@type": "ExternalIdentifier", "id": f"x{at}", "owner": "crm"}]} if (
                version == "v5") else {"externalId": f"x{at}"}  # fmt: skip
            made.append((await api.ask("POST", f"{version}:{TICKETS}", body, "billing")).body["id"])
        first = await api.ask("GET", f"{version}:{TICKETS}?limit=2&fields=name", who="billing")
        assert first.status == 206
        assert (first.headers["X-Total-Count"], first.headers["X-Result-Count"]) == ("5", "2")
        assert [one["name"] for one in first.body] == ["n4", "n3"]
        assert 'rel="next"' in first.headers["Link"]
        rest = await api.ask("GET", f"{version}:{TICKETS}?limit=9&offset=2", who="billing")
        assert [one["id"] for one in rest.body] == made[2::-1]
        name = "externalIdentifier.id" if version == "v5" else "externalId"
        assert [one["id"] for one in (await api.ask("GET", f"{version}:{TICKETS}?{name}=x3", who="billing")).body] == [
            made[3]
        ]
        assert (await api.ask("GET", f"{version}:{TICKETS}?status=closed", who="billing")).body == []
        for query in ("nonsense=1", "limit=-1", "offset=a", "filter=$..*", "status=no", "creationDate.gt=soon"):
            said = await api.ask("GET", f"{version}:{TICKETS}?{query}", who="billing")
            assert (query, said.status) == (query, 400)
        if version == "v5":
            found = await api.ask("GET", f"v5:{TICKETS}?sort=creationDate&limit=1", who="billing")
            assert found.body[0]["id"] == made[0]
            path = "externalIdentifier%5B%3F(%40.id%3D%3D%27x1%27)%5D"
            assert (await api.ask("GET", f"v5:{TICKETS}?filter={path}", who="billing")).body[0]["id"] == made[1]

    speak(tmp_path, act)


@both
def test_what_is_not_allowed_is_said_so(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        body = body_of(version)
        where = f"{version}:{TICKETS}"
        every = [
            (await api.ask("PUT", where, body, strict=False), 405, "no_such_method"),
            (await api.ask("POST", where, body, kind="text/plain", strict=False), 415, "body_kind"),
            (await api.ask("GET", where, Accept="text/html"), 406, "json_only"),
            (await api.ask("POST", where, data=b"{"), 400, "no_json"),
            (await api.ask("POST", where, data=b'{"description": "\\ud800"}'), 400, "no_json"),
            (await api.ask("POST", where, data=b"[" * 100_000), 400, "no_json"),
            (await api.ask("POST", where, {**body, "severity": ""}, strict=False), 400, "missing"),
            (await api.ask("GET", f"/tmf-api/troubleTicket/{version}/nothing"), 404, "no_such_place"),
            (await api.ask("POST", where, data=b" " * 300_000), 413, "request_large"),
        ]  # fmt: skip
        assert [(said.status, said.body["code"]) for said, _, _ in every] == [
            (status, code) for _, status, code in every
        ]
        assert all(said.body["reason"] and not said.body["reason"].startswith("refusal") for said, _, _ in every)

    from selfcare.deskserver.settings import Limits

    speak(tmp_path, act, limits=Limits(body=200_000))


@both
def test_a_file_is_what_it_is_not_what_it_claims(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        def with_file(data: bytes, **more: Any) -> dict[str, Any]:
            file = {"@type": "Attachment", "attachmentType": "x", "mimeType": "image/png", "name": "a",
                    "content": base64.b64encode(data).decode(), **more}  # fmt: skip
            return {**body_of(version, files=False), "attachment": [file]}

        where = f"{version}:{TICKETS}"
        for sent, status, code in (
            (with_file(b"MZ\0\0 program"), 422, "file_kind"),
            (with_file(b"PK\x03\x04 zip", description="sha256:" + "0" * 64), 422, "digest_mismatch"),
            (with_file(b"PK\x03\x04" + b"0" * 2000), 413, "file_too_large"),
            (with_file(b"", content="no base64!"), 400, "no_base64"),
        ):
            said = await api.ask("POST", where, sent, strict=False)
            assert (said.status, said.body["code"]) == (status, code)
        script = b"<script>alert(1)</script>"
        made = await api.ask("POST", where, with_file(script, name="../../etc/a\u202egpj.html"))
        (file,) = made.body["attachment"]
        assert (file["name"], file["mimeType"]) == ("agpj.html", "text/plain")
        assert file["description"] == f"sha256:{hashlib.sha256(script).hexdigest()}"

    from selfcare.deskserver.settings import Limits

    speak(tmp_path, act, limits=Limits(file=1000))


@pytest.mark.skipif(not of.FOLDER.is_dir(), reason="SELFCARE_CORPUS names no corpus")
@pytest.mark.corpus
@pytest.mark.parametrize("who", ["jeanne", "billing"])
def test_tm_forum_s_own_example_is_taken_and_given_back(who: str, tmp_path: Path) -> None:
    example = of.official(FILES["v5"]).document["components"]["examples"]["TroubleTicket_create_example_request"][
        "value"
    ]

    async def act(api: Api) -> None:
        made = await api.ask("POST", f"v5:{TICKETS}", example, who)
        assert made.status == 201
        lossless = ("relatedEntity", "relatedParty", "channel", "requestedResolutionDate", "ticketType", "attachment")
        assert {name: made.body[name] for name in lossless} == {name: example[name] for name in lossless}
        assert made.body["status"] == ("inProgress" if who == "billing" else "acknowledged")
        older = await api.ask("GET", f"v4:{TICKETS}/{made.body['id']}", who=who)
        assert [one["name"] for one in older.body["relatedParty"]] == ["Sandy Smith", "Jacob Jac Miller", "Jack Smith"]

    speak(tmp_path, act)


def test_a_key_makes_one_ticket_of_two_requests(tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        body = {"@type": "TroubleTicket", "description": "d", "severity": "Major", "ticketType": "x"}
        one = await api.ask("POST", f"v5:{TICKETS}", body, Idempotency_Key="k1")
        two = await api.ask("POST", f"v5:{TICKETS}", body, Idempotency_Key="k1")
        other = await api.ask("POST", f"v5:{TICKETS}", body, Idempotency_Key="k2")
        assert one.body == two.body
        assert "externalIdentifier" not in one.body
        assert other.body["id"] != one.body["id"]
        mine = {**body, "externalIdentifier": [{"@type": "ExternalIdentifier", "id": "mine"}]}
        again = await api.ask("POST", f"v5:{TICKETS}", mine, Idempotency_Key="k1")
        assert (again.status, again.body["code"]) == (422, "key_reused")
        assert json.loads(again.raw)["status"] == "422"

    speak(tmp_path, act)

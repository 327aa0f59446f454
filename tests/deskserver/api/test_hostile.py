"""Whatever a stranger sends is refused with a clear word, or taken: never a fault of ours."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.deskserver.settings import Limits
from tests.deskserver.api.speaking import Api, speak
from tests.deskserver.api.test_tickets import body_of

_MANY = Limits(notes=10_000, files=10_000, tickets_a_day=10_000)
WORDS = st.text(max_size=20) | st.sampled_from(["\0", "\u202e<script>", "é" * 30, "../../x", "{{7*7}}", "' OR 1=1--"])
KEYS = WORDS | st.sampled_from(["@type", "id", "name"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = sorted({*body_of("v5"), *body_of("v4"), "status", "statusChangeReason", "channel", "relatedEntity", "priority",
                "troubleTicketRelationship", "troubleTicketSpecification", "expectedResolutionDate", "@schemaLocation",
                "resolutionDate", "id", "href", "statusChange", "statusChangeHistory"})  # fmt: skip
CASES = st.lists(
    st.tuples(st.sampled_from(["v5", "v4"]), st.sampled_from(NAMES), JSON, st.booleans()), min_size=30, max_size=40
)
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test", "x"])},
        optional={"path": st.sampled_from(["", "/", "/note/-", "/note/0", "/note/0/text", "/a~1b/c"]) | WORDS,
                  "value": JSON, "from": st.sampled_from(["/note", "/status", "/x"])},
    ), max_size=3,
)  # fmt: skip


@given(cases=CASES, patches=st.lists(OPERATIONS, min_size=5, max_size=15))
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
def test_wrong_types_everywhere_are_never_our_fault(tmp_path_factory: Any, cases: Any, patches: Any) -> None:
    async def act(api: Api) -> None:
        made = (await api.ask("POST", "v5:/troubleTicket", body_of("v5"), "billing")).body["id"]
        for version, name, value, as_patch in cases:
            body = {name: value} if as_patch else {**body_of(version), name: value}
            where = f"{version}:/troubleTicket" + (f"/{made}" if as_patch else "")
            said = await api.ask("PATCH" if as_patch else "POST", where, body, "billing", strict=False)
            assert said.status < 500, (body, said.body)
            if said.status < 300:
                got = await api.ask("GET", f"v4:/troubleTicket/{said.body['id']}", who="billing")
                assert got.status == 200
        for patch in patches:
            said = await api.ask(
                "PATCH", f"v5:/troubleTicket/{made}", patch, "billing", "application/json-patch+json", False
            )
            assert said.status < 500, (patch, said.body)

    # what nobody's schema names is given back as it came: the official file cannot know it
    speak(tmp_path_factory.mktemp("hostile"), lambda api: _unheld(api, act), limits=_MANY)


async def _unheld(api: Api, act: Any) -> None:
    api.holds = False
    await act(api)


def test_bytes_that_are_no_ticket_are_refused(tmp_path: Path) -> None:
    deep = b'{"description":"d","severity":"Major","ticketType":"t","x":' + b'{"a":' * 60 + b"1" + b"}" * 61
    whole = json.dumps(body_of("v4")).encode()
    every = [
        (b"", 400), (b"null", 400), (b"[]", 400), (b'"a"', 400), (b"\xff\xfe", 400), (deep, 400),
        (b'{"description":1e999}', 400), (b'{"description":NaN}', 400), (b"9" * 5000, 400),
        (whole.replace(b'"severity": "Critical"', b'"severity": "\\udc00"'), 400),
        (b'{"description":"d","severity":"s","ticketType":"t","priority":' + b'"' + b"a" * 30_000 + b'"}', 400),
        (b'{"description":"d","severity":"s","ticketType":"t","note":[' + b"{}," * 300 + b"{}]}", 400),
        (b'{"description":"d","severity":"s","ticketType":"t","x":12345678901234567890123}', 400),
        (b'{"description":"a","description":"b","severity":"Major","ticketType":"t"}', 201),
    ]  # fmt: skip

    async def act(api: Api) -> None:
        for data, status in every:
            said = await api.ask("POST", "v4:/troubleTicket", data=data)
            assert (data[:40], said.status) == (data[:40], status)
        twice = (await api.ask("GET", "v4:/troubleTicket")).body
        assert [one["description"] for one in twice] == ["b"]
        for path in ("T-%00", "..%2f..", "%ff", "a" * 3000, "T-'--"):
            said = await api.ask("GET", f"/tmf-api/troubleTicket/v5/troubleTicket/{path}")
            assert (path, said.status) == (path, 404)

    speak(tmp_path, act)


def test_many_at_once_of_the_same_ticket_are_one(tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        body = body_of("v5")
        made = await asyncio.gather(*(api.ask("POST", "v5:/troubleTicket", body) for _ in range(8)))
        assert {one.status for one in made} == {201}
        assert len({one.body["id"] for one in made}) == 1
        assert len((await api.ask("GET", "v5:/troubleTicket")).body) == 1

    speak(tmp_path, act)

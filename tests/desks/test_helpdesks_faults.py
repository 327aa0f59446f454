"""One fault on the way of an order: what it is called says whether it was done, and asking afterwards says it too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from selfcare.desks.glpi import GlpiDesk
from selfcare.desks.rt import RtDesk
from selfcare.desks.zammad import ZammadDesk
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.model.ticket import Failure
from tests.desks import glpi_fake, rt_fake, samples, zammad_fake
from tests.desks.faulty import Call, Fault
from tests.desks.rt_scenes import failure, fresh

DESKS: dict[str, tuple[Any, Any, Mapping[str, str]]] = {
    "rt": (RtDesk, rt_fake.RtFake, {"Authorization": f"token {rt_fake.ABONNE}"}),
    "zammad": (ZammadDesk, zammad_fake.ZammadFake, {"Authorization": zammad_fake.CUSTOMER}),
    "glpi": (GlpiDesk, glpi_fake.GlpiFake, {"Authorization": glpi_fake.SUBSCRIBER, "App-Token": glpi_fake.APP}),
}
OUTCOMES = {
    Fault.CUT_BEFORE: (Failure.UNKNOWN, 0), Fault.CUT_AFTER: (Failure.UNKNOWN, 1),
    Fault.CUT_MIDST: (Failure.UNKNOWN, 1),
    Fault.ERROR_BEFORE: (Failure.UNKNOWN, 0), Fault.ERROR_AFTER: (Failure.UNKNOWN, 1),
    Fault.UNAVAILABLE: (Failure.NOT_SENT, 0), Fault.ACCEPTED: (Failure.UNKNOWN, 1), Fault.RUBBISH: (Failure.UNKNOWN, 1),
    Fault.DOUBLE: (None, 2), Fault.SLOW: (None, 1),
}  # fmt: skip
"""What the order is told to have become, and how often it was done."""


class Once:
    """The first order with this end of its path meets the fault."""

    def __init__(self, fault: Fault, *ends: str) -> None:
        self.fault, self.ends, self.met = fault, ends, False

    def __call__(self, call: Call) -> Fault | None:
        if self.met or not call.changes or not call.path.endswith(self.ends):
            return None
        self.met = True
        return self.fault


def desk_of(kind: str, server: Any) -> Any:
    async def login() -> Mapping[str, str]:
        return DESKS[kind][2]

    queue = {"rt": "General", "zammad": "Users"}.get(kind, "")
    return DESKS[kind][0](DeskEndpoint(DeskKind(kind), server.url, queue=queue), login)


@pytest.mark.parametrize("kind", DESKS)
@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_ticket(kind: str, fault: Fault) -> None:
    wanted, done = OUTCOMES[fault]

    async def work() -> None:
        async with DESKS[kind][1](Once(fault, "/ticket", "/tickets", "/Ticket"), slow_s=0.01) as server:
            desk, ticket = desk_of(kind, server), fresh(samples.file())
            assert await failure(desk.create(ticket)) is wanted
            await server.settled()
            found = await desk.find(ticket)
            assert len(server.tickets) == len(found) == done
            for extra in found[1:]:
                await desk.merge(found[0], extra)
            assert len(await desk.find(ticket)) == min(done, 1)
            await desk.close()

    samples.run(work())


@pytest.mark.parametrize("kind", DESKS)
@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_note(kind: str, fault: Fault) -> None:
    wanted, done = OUTCOMES[fault]

    async def work() -> None:
        ends = ("/correspond", "/ticket_articles", "/ITILFollowup")
        async with DESKS[kind][1](Once(fault, *ends), slow_s=0.01) as server:
            desk, note = desk_of(kind, server), samples.note()
            receipt = await desk.create(fresh())
            told = await failure(desk.add_note(receipt, note))
            silent = fault is Fault.RUBBISH and kind != "glpi"  # 201 is enough: nothing in the answer is needed
            assert told is (None if silent else wanted)
            await server.settled()
            assert await desk.noted(receipt, note) is (done > 0)
            await desk.close()

    samples.run(work())


@pytest.mark.parametrize(("kind", "token"), [("rt", rt_fake.ABONNE), ("zammad", "c1"), ("glpi", "abonne app-1")])
def test_an_operators_own_token_is_told_in_the_desks_words(kind: str, token: str) -> None:
    """It arrives as any token does; by OpenID it stays a Bearer, which these three fakes do not know."""

    async def work() -> None:
        async with DESKS[kind][1]() as server:
            queue = {"rt": "General", "zammad": "Users"}.get(kind, "")
            for auth, wanted in ((Auth.TOKEN, None), (Auth.OIDC, Failure.SIGN_IN)):
                endpoint = DeskEndpoint(DeskKind(kind), server.url, queue=queue, auth=auth)
                desk, ticket = DESKS[kind][0](endpoint, samples.signed_in(f"Bearer {token}")), fresh()
                told = await failure(desk.create(ticket))
                assert told is wanted or (kind == "glpi" and auth is Auth.OIDC and told is Failure.REFUSED)
                assert len(server.tickets) == 1
                await desk.close()

    samples.run(work())

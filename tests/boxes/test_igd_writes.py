"""Port mappings of the simulated gateway: made, replaced, taken away, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.model.box import (
    PortMapping,
    Protocol,
)
from selfcare.model.units import Seconds
from tests.boxes.home import Forward
from tests.boxes.igd import Manners
from tests.boxes.test_igd import SSH, run


def refused(mapping: PortMapping, manners: Manners, faults=()) -> BoxError:
    async def job(session, box):
        before = [replace(one) for one in box.home.forwards]
        with pytest.raises(BoxError) as caught:
            await session.put_forward(mapping)
        assert box.home.forwards == before
        return caught.value

    return run(job, manners, faults)


REFUSALS = {
    606: (SSH, Manners(deny=3000), BoxErrorCode.RESERVED_PORT),
    718: (replace(SSH, external_port=8443), Manners(client=None), BoxErrorCode.CONFLICT),
    724: (SSH, Manners(same_port=True), BoxErrorCode.SAME_PORT_ONLY),
    725: (replace(SSH, lease=Seconds(3600)), Manners(permanent=True), BoxErrorCode.ONLY_PERMANENT),
    728: (SSH, Manners(full=1), BoxErrorCode.FULL),
    716: (replace(SSH, external_port=0), Manners(), BoxErrorCode.INVALID),
}


@pytest.mark.parametrize("number", REFUSALS)
def test_a_refusal_says_why(number: int) -> None:
    mapping, manners, code = REFUSALS[number]
    error = refused(mapping, manners)
    assert (error.code, error.values["number"]) == (code, number)


def test_a_port_of_another_device_is_not_called_taken() -> None:
    """718 is also what a box says that maps to the asking PC only."""
    other = replace(SSH, internal_client="192.168.1.21")
    assert refused(other, Manners()).code is BoxErrorCode.OTHER_DEVICE
    assert refused(replace(other, external_port=8443), Manners()).code is BoxErrorCode.CONFLICT


@pytest.mark.parametrize("fault", ["cgnat", "no-session"])
def test_no_mapping_without_a_public_address(fault: str) -> None:
    error = refused(SSH, Manners(), [fault])
    assert error.code is BoxErrorCode.NO_PUBLIC_ADDRESS


def test_a_range_is_refused_before_anything_is_sent() -> None:
    assert refused(replace(SSH, external_last=2230), Manners()).code is BoxErrorCode.UNSUPPORTED


def test_two_protocols_are_both_or_none() -> None:
    async def job(session, box):
        box.home.forwards.append(Forward(2222, 1, "192.168.1.99", "udp"))
        with pytest.raises(BoxError) as caught:
            await session.put_forward(replace(SSH, protocol=Protocol.BOTH))
        assert caught.value.code is BoxErrorCode.CONFLICT
        assert [(x.external, x.protocol) for x in box.home.forwards] == [(8443, "tcp"), (2222, "udp")]
        box.home.forwards.pop()
        await session.put_forward(replace(SSH, protocol=Protocol.BOTH))
        assert sorted(x.protocol for x in box.home.forwards if x.external == 2222) == ["tcp", "udp"]
        await session.delete_forward(replace(SSH, protocol=Protocol.BOTH))
        assert [x.external for x in box.home.forwards] == [8443]

    run(job)


def test_another_external_port_replaces_the_rule_of_that_id() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        (_, made) = await session.forwards()
        await session.put_forward(replace(made, external_port=2223))
        assert sorted(x.external for x in box.home.forwards) == [2223, 8443]

    run(job)


@pytest.mark.parametrize(("version", "lease"), [(1, None), (2, 604_800)])
def test_a_lease_of_nought(version: int, lease: int | None) -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        return (await session.forwards())[-1].lease

    assert run(job, Manners(version=version)) == lease


def test_any_port_where_the_wanted_one_is_taken() -> None:
    async def job(session, box):
        return await session.any_forward(replace(SSH, external_port=8443)), box.home.forwards[-1].external

    assert run(job) == (8444, 8444)


def test_a_missing_entry_is_said_to_be_missing() -> None:
    async def job(session, box):
        with pytest.raises(BoxError) as caught:
            await session.delete_forward(SSH)
        return caught.value.code

    assert run(job) is BoxErrorCode.NOT_FOUND


def test_half_of_a_pair_is_taken_away_too() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        await session.delete_forward(replace(SSH, protocol=Protocol.BOTH))
        assert [x.external for x in box.home.forwards] == [8443]
        with pytest.raises(BoxError) as caught:
            await session.delete_forward(replace(SSH, protocol=Protocol.BOTH))
        assert caught.value.code is BoxErrorCode.NOT_FOUND
        with pytest.raises(BoxError) as caught:
            await session.any_forward(replace(SSH, protocol=Protocol.BOTH))
        assert caught.value.code is BoxErrorCode.UNSUPPORTED

    run(job)

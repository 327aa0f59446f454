"""``python -m tests.boxes FAMILY --fault NAME``: every family starts with every fault and answers as itself."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from selfcare.boxes.families import driver
from selfcare.boxes.wire import Place
from selfcare.model.box import BoxFamily
from tests.boxes.__main__ import FAMILIES, chosen
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Home


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_starts_with_every_fault_and_answers(family: str) -> None:
    async def run(fault: str) -> str | None:
        box, address, _ = chosen([family, "--fault", fault])
        healthy = Home(address=address)
        FAULTS[fault](healthy)
        assert box.home == healthy, "the fault was not set"
        async with serving(box, address) as place:
            found = await driver(BoxFamily(family)).recognise(place)
            return None if found is None else found.family.value

    assert {fault: asyncio.run(run(fault)) for fault in FAULTS} == dict.fromkeys(FAULTS, family)


def test_as_it_is_typed() -> None:
    command = [sys.executable, "-m", "tests.boxes", "sfr", "--port", "0", "--fault", "dsl", "--fault", "parental-block"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            port = int(said.partition("127.0.0.1:")[2].partition(",")[0])
            found = asyncio.run(driver(BoxFamily.SFR).recognise(Place("127.0.0.1", port)))
        finally:
            process.terminate()
    assert found is not None and found.family is BoxFamily.SFR

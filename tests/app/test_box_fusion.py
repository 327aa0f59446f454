"""Every family, every fault, through its real driver: what is said of it beside what a computer may have measured."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from selfcare.app.box_probe import BoxProbe, Spot
from selfcare.app.boxes import BoxDesk, Gateway
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.families import all_drivers
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.contract import load_schema
from selfcare.contract.document import measurement
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.payloads.box import BoxPayload
from selfcare.store.lines import LineHistory
from tests.app.test_box_probe import PAYLOADS
from tests.boxes.__main__ import simulator
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Home
from tests.diagnosis.test_observe_box import DEAD, verdict

FAMILIES = ("freebox", "livebox", "sfr", "bbox", "fritz")
# Those that cannot be let into in this state are read by a stranger.
SHUT = {"no-pairing", "updating"}
# What a dead line may be called beside WAN-DOWN, ISP-OUTAGE (likely) and waiting: what this fault is.
MORE = {
    "dark-fibre": {"ACC-FTTH-DARK", "ACC-DOWN"},
    "not-registered": {"ACC-FTTH-UNREG", "ACC-DOWN"},
    "stopped-by-operator": {"ACC-FTTH-UNREG", "ACC-DOWN"},
    "dsl-no-sync": {"ACC-DSL-NOSYNC"},
    "no-session": {"ISP-NOSESSION"},
}
NEVER_CERTAIN = {"ISP-OUTAGE", "ACC-DOWN"}


def desk(place: Place, folder: Path) -> BoxDesk:
    async def gateway() -> Gateway:
        return Gateway(place)

    return BoxDesk(
        gateway, Credentials(folder, SecretStore(folder, lambda: None)), LineHistory(folder), lambda: all_drivers()
    )


async def read_of(family: str, home: Home, folder: Path, paired: bool) -> BoxPayload:
    async def locate(_payloads: Mapping[str, Any]) -> Spot:
        return Spot(place.address)

    async with serving(simulator(family, home)) as place:
        if paired:
            async with desk(place, folder) as mine:
                found = (await mine.detect()).box
                assert found is not None
                word = Secret(home.password) if found.pairing is PairingKind.PASSWORD else None
                _ = [step async for step in mine.pair(found, word)]
        probe = BoxProbe(locate, lambda _spot: desk(place, folder), lambda: True)
        told = await probe.measure(PAYLOADS)
        await probe.close()
        return told


def names_of(home: Home) -> set[str]:
    hosts = {word for host in home.hosts for word in (host.mac, host.name)}
    radio = {word for one in home.ssids for word in (one.ssid, one.key)}
    return {word for word in hosts | radio | {home.uid, home.serial, home.mac, home.password} if word}


def follows_the_schema(told: BoxPayload) -> None:
    whole = load_schema()
    part = {"$schema": whole["$schema"], "$defs": whole["$defs"], **whole["properties"]["measurements"]["items"]}
    seen = Measurement("box.status", 1, Outcome.COMPLETED, datetime(2026, 11, 22, tzinfo=UTC), 1.0, "eth0", told)
    data = json.loads(json.dumps(measurement(seen), allow_nan=False))
    jsonschema.Draft202012Validator(part).validate(data)


@pytest.mark.full
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_no_fault_of_a_box_is_told_wrongly(
    family: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
    for paired in (False,) if fault in SHUT else (True, False):
        home = Home()
        home.hosts[0].ip = "192.168.1.20"
        if fault:
            FAULTS[fault](home)
        told = asyncio.run(read_of(family, home, tmp_path / str(paired), paired))
        whole = msgspec.json.encode(told).decode().lower()
        assert not [word for word in names_of(home) if word.lower() in whole]
        follows_the_schema(told)
        if told.status is None:
            continue
        words = {f.name: getattr(told, f.name) for f in fields(told) if f.name not in ("family", "status")}
        fine = verdict(told.status, {}, **words)
        assert fine[2] == "ok" or (fault, fine[:2]) == ("unstable", ("BOX-UNSTABLE", "likely"))
        code, band, state = verdict(told.status, DEAD, **words)
        assert state == "connecting" or code in {"WAN-DOWN", "ISP-OUTAGE"} | MORE.get(fault, set())
        assert code not in NEVER_CERTAIN or band == "likely"

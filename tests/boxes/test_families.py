"""All families together: recognised among each other, what they claim is so, one desk for all of them."""

from __future__ import annotations

import asyncio
import importlib
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.app.boxes import BoxDesk
from selfcare.boxes.detect import detect
from selfcare.boxes.driver import Greets, PairingKind, PairingState
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.families import GENERIC, MODULES, all_drivers, driver, support
from selfcare.boxes.hints import Gateway
from selfcare.boxes.ports import PORTS
from selfcare.boxes.secret import Secret
from selfcare.cli.box_matrix import as_markdown, columns
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box import Absent, BoxFamily, Capability, OpticalInterface, Support, WanStatus
from selfcare.store.lines import LineHistory
from tests.boxes.base import Simulator, serving

SERVED = ("freebox", "livebox", "sfr", "bbox", "fritz")
DOCUMENT = Path(__file__).parents[2] / "docs" / "boxes.md"


def simulator(family: str) -> Simulator:
    made: Simulator = importlib.import_module(f"tests.boxes.{family}").SIMULATOR()
    return made


def test_every_family_of_the_model_has_its_driver() -> None:
    assert set(MODULES) == set(BoxFamily)
    assert [d.family for d in all_drivers()] == list(MODULES)
    assert {f for f in MODULES if f in GENERIC} == set(list(MODULES)[-len(GENERIC) :])


@pytest.mark.parametrize("family", list(MODULES))
def test_what_is_claimed_is_what_the_session_has(family: BoxFamily) -> None:
    found = driver(family)
    assert found.session_type is not None
    for capability in Capability:
        claimed = {support(found, capability, model).support for model in ("", *found.models)}
        has = issubclass(found.session_type, PORTS[capability])
        if Support.YES in claimed:
            assert has, f"{capability.value} is claimed and there is no port"
        if claimed == {Support.NO}:
            assert not has, f"{capability.value} is denied and there is a port"
    for claim in found.claims:
        assert claim.support is Support.UNKNOWN or claim.source, f"{claim.capability.value}: how do we know?"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_family_says_in_words_how_it_is_paired(language: str) -> None:
    catalogue = Catalogue(language)
    for found in all_drivers():
        assert catalogue.has(f"box.pairing.{found.pairing.value}")


def test_the_document_is_what_the_drivers_claim() -> None:
    """``python -m selfcare box list --markdown >docs/boxes.md`` writes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(all_drivers(), Catalogue("en")) + "\n"


def test_no_two_columns_of_a_family_have_one_name_and_claim_the_same() -> None:
    for found in all_drivers():
        assert len(columns(found)) == len({(c.name, c.claims) for c in columns(found)}) > 0


@pytest.mark.parametrize("family", SERVED)
def test_a_box_is_recognised_by_its_own_family_and_no_other_of_its_own_kind(family: str) -> None:
    async def run() -> tuple[str, set[str]]:
        async with serving(simulator(family)) as place:
            found = (await detect(Gateway(place), all_drivers(), thorough=True)).box
            assert found is not None
            return found.family.value, {info.family.value for info in found.also} - {f.value for f in GENERIC}

    assert asyncio.run(run()) == (family, set())


def desk(folder: Path) -> BoxDesk:
    async def no_gateway() -> None:
        return None

    return BoxDesk(no_gateway, Credentials(folder, SecretStore(folder, lambda: None)), LineHistory(folder))


@pytest.mark.parametrize("family", SERVED)
def test_one_desk_for_all(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Found, read by a stranger, paired, read whole, known again by another run, forgotten; nothing secret is left."""
    caplog.set_level(logging.DEBUG)
    box, said = simulator(family), []
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)

    async def run() -> None:
        async with serving(box) as place, desk(tmp_path) as first:
            found = (await first.detect(place)).box
            assert found is not None
            assert not (await first.status(found)).paired
            password = Secret(box.home.password) if found.pairing is PairingKind.PASSWORD else None
            steps = [step.step async for step in first.pair(found, password)]
            assert steps[-1].state is PairingState.GRANTED
            assert all(Catalogue("fr").has(step.instruction) for step in steps), steps
            status = await first.status(found)
            assert status.paired and status.adds == () and first.trouble(found) is None
            said.append(repr(status) + repr(steps))
            assert isinstance(status.wan, WanStatus) and status.wan.ipv4_address == box.home.line.ipv4
            if isinstance(status.optical, OpticalInterface) and status.optical.rx_power is not None:
                assert status.optical.rx_power == pytest.approx(box.home.line.optics.rx, abs=0.01)
            async with desk(tmp_path) as second:
                box.asked.clear()
                again = (await second.detect(place)).box
                assert len(box.asked) <= 2, "a box that is known is asked in its own language alone"
                assert again is not None and await second.paired(again)
                said.append(written(tmp_path))
                hosts = await second.read(again, Capability.HOSTS)
                assert not isinstance(hosts, Absent), hosts
                assert {h.phys_address.lower() for h in hosts} >= {h.mac for h in box.home.hosts if h.active}
                assert await second.forget(again) and not await second.paired(again)

    asyncio.run(run())
    everything = "".join(said) + caplog.text
    assert len(said) == 2 and not any(word in everything for word in secrets_of(box)), "a secret was left behind"


def written(folder: Path) -> str:
    """Everything in the folder's files."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).decode("latin-1")


def secrets_of(box: Simulator) -> list[str]:
    """The password, the Wi-Fi keys, and the token of a box that gives one."""
    words = [box.home.password, box.home.guest.key, *(ssid.key for ssid in box.home.ssids)]
    return [*words, *getattr(box, "tokens", ())]


@pytest.mark.parametrize("family", ["livebox", "sfr", "bbox", "fritz"])
def test_a_password_that_was_changed_is_sent_once(family: str, tmp_path: Path) -> None:
    box = simulator(family)

    async def run() -> None:
        async with serving(box) as place, desk(tmp_path) as mine:
            found = (await mine.detect(place)).box
            assert found is not None
            [_ async for _ in mine.pair(found, Secret(box.home.password))]
            box.home.password = "changed-by-its-owner"
            await mine.status(found, fresh=True)
            refused = len(box.asked)
            assert mine.trouble(found) == "login_failed"
            for _ in range(2):
                await mine.status(found, fresh=True)
            sent = [
                a
                for a in box.asked[refused:]
                if "login" in a.path or "checkToken" in a.path or "createContext" in a.body
            ]
            assert sent == []

    asyncio.run(run())


WHO = {"freebox": "/api_version", "livebox": "DeviceInfo", "sfr": "system.getInfo", "fritz": "/tr64desc.xml"}
"""How each family that greets is asked who it is."""
ENTRY = ("login", "checkToken", "createContext", "GetCurrentUser")


@pytest.mark.parametrize("family", WHO)
def test_a_known_box_is_asked_who_it_is_once_and_another_one_gets_no_login(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
    box = simulator(family)

    def entries() -> list[int]:
        return [n for n, a in enumerate(box.asked) if any(word in a.path + a.body for word in ENTRY)]

    async def run() -> None:
        async with serving(box) as place:
            async with desk(tmp_path) as first:
                found = (await first.detect(place)).box
                assert found is not None and isinstance(driver(found.family).open(place), Greets)
                [_ async for _ in first.pair(found, Secret(box.home.password))]
            async with desk(tmp_path) as second:
                box.asked.clear()
                found = (await second.detect(place)).box
                assert found is not None and (await second.status(found)).paired
                before = box.asked[: entries()[0]]
                assert sum(WHO[family] in a.path + a.body for a in before) == 1, [a.path for a in before]
            box.home.uid, box.home.serial = "7C16890000FF", "SN20261122999"
            async with desk(tmp_path) as third:
                box.asked.clear()
                found = (await third.detect(place)).box
                assert found is not None
                with pytest.raises(BoxError) as caught:
                    await third.status(found)
                assert caught.value.code is BoxErrorCode.BOX_CHANGED and entries() == []

    asyncio.run(run())


def test_of_the_programs_own_drivers_only_the_known_ones_are_imported(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.boxes.test_families import desk\n"
        "from selfcare.boxes.families import MODULES\n"
        "from selfcare.model.box import BoxFamily\n"
        "found = desk(Path('.'))._only({BoxFamily.SFR})\n"
        "print([d.family.value for d in found], [m for f, m in MODULES.items() if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "['sfr'] ['selfcare.boxes.sfr']\n"

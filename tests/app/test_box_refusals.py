"""Family × wish × refusal: how it ends, the code, the sentence in both languages; the box and the journal untouched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.box_change import refused
from selfcare.app.box_change_words import proposal as proposed
from selfcare.app.box_change_words import result as ended
from selfcare.app.box_words import error_text
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.i18n import Catalogue
from selfcare.model.box import (
    BoxFamily,
    ForwardWish,
    GuestNetwork,
    GuestWish,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    ParentalWish,
    PortMapping,
    Protocol,
    RebootWish,
    Reservation,
    ReservationWish,
    Security,
    WifiRadio,
    WifiSsid,
    WifiWish,
    Wish,
)
from selfcare.model.box.change import BoxOutcome, ChangeState
from selfcare.model.units import Megahertz, Seconds
from tests.app.box_bench import yes
from tests.app.box_real import Real, at
from tests.boxes.home import FAULTS, Home
from tests.boxes.igd import Manners
from tests.boxes.plain import seen
from tests.boxes.wishes import LEO, PC
from tests.boxes.wishes import home as made_home

NAS, HERE = "192.168.1.20", "127.0.0.1"


def rule(external: int = 9443, client: str = NAS, **more: Any) -> ForwardWish:
    return ForwardWish(replace(PortMapping(external, 443, client, Protocol.TCP, description="essai"), **more))


def guests(**fields: Any) -> GuestWish:
    return GuestWish(GuestNetwork(**{"enable": True, "ssid": "Les amis", "key": "soyez-les-bienvenus", **fields}))


def plan(start: int = 75600, **more: Any) -> ParentalWish:
    slots = (ParentalSlot(Seconds(start), Seconds(86400), (0,)),)
    return ParentalWish(ParentalSchedule((PC,), slots=slots, **more))


def reserved(address: str, mac: str = LEO) -> ReservationWish:
    return ReservationWish(Reservation(mac, address))


def named(**fields: Any) -> Callable[[Real], Any]:
    """For the home's first network, whatever this box calls it."""

    async def made(r: Real) -> Wish:
        return WifiWish(ssids=(WifiSsid((await r.reads("wifi")).ssids[0].id, **fields),))

    return made


def tuned(band: str = "2.4", **fields: Any) -> Callable[[Real], Any]:
    async def made(r: Real) -> Wish:
        radios = (await r.reads("wifi")).radios
        return WifiWish(radios=(WifiRadio(next(x.id for x in radios if x.band.value == band), **fields),))

    return made


@dataclass(frozen=True)
class Case:
    """``said``: a word that the French sentence must have."""

    family: str
    wish: Any
    code: str
    said: str
    faults: tuple[str, ...] = ()
    set_up: Callable[[Home], None] = field(default=lambda _home: None)

    def __str__(self) -> str:
        return f"{self.family}: {self.code}: {self.said}"


NAMED = ("freebox", "livebox", "bbox", "sfr", "fritz")
RULED = ("freebox", "livebox", "bbox", "fritz", "igd")
KEPT = ("freebox", "livebox", "bbox")
MASKED = ("freebox", "livebox")  # a Bbox does not tell its own address and mask where we ask
CASES = [
    *(Case(f, named(key="court"), "bad_key", "de 8 à 63") for f in NAMED),
    *(Case(f, named(key="clé avec un accent"), "bad_key", "sans accent") for f in NAMED),
    *(Case(f, named(ssid="un nom bien trop long pour un Wi-Fi"), "bad_name", "1 à 32") for f in NAMED),
    *(Case(f, named(ssid=""), "bad_name", "1 à 32") for f in NAMED),
    *(Case(f, named(ssid="Maison\x07\n"), "bad_name", "1 à 32") for f in NAMED),
    *(Case(f, guests(key="court"), "bad_key", "de 8 à 63") for f in NAMED),
    *(Case(f, rule(8443, "192.168.1.21"), "other_device", "192.168.1.20") for f in RULED),
    *(Case(f, rule(8443, NAS, internal_port=444), "collides", "192.168.1.20") for f in RULED),
    *(Case(f, rule(70000), "bad_port", "65535") for f in RULED),
    *(Case(f, rule(9443, "pas une adresse"), "bad_address", "adresse") for f in RULED),
    *(Case(f, rule(5000, external_last=4000), "bad_port", "65535") for f in ("freebox", "livebox", "bbox")),
    *(Case(f, rule(5000, external_last=5010), "unsettable", "Plusieurs ports") for f in ("fritz", "igd")),
    *(Case(f, reserved("192.168.1.20"), "address_taken", "192.168.1.20") for f in KEPT),
    *(Case(f, reserved("192.168.1.1"), "address_of_the_box", "192.168.1.1") for f in MASKED),
    *(Case(f, reserved("10.0.0.9"), "address_elsewhere", "192.168.1.0/24") for f in MASKED),
    *(Case(f, reserved("chez moi"), "bad_address", "adresse") for f in KEPT),
    *(Case(f, reserved("192.168.1.255"), "address_elsewhere", "192.168.1.0/24") for f in MASKED),
    *(Case(f, tuned(width=Megahertz(40)), "unsettable", "Largeur") for f in ("bbox", "fritz")),
    *(Case(f, guests(remaining=Seconds(7200)), "unsettable", "Durée") for f in ("bbox", "fritz")),
    *(Case(f, plan(), "unsettable", "Horaires") for f in ("bbox", "fritz")),
    *(Case(f, tuned(channel=99), "no_such_channel", "99") for f in ("freebox", "livebox")),
    *(Case(f, guests(remaining=Seconds(-3600)), "bad_time", "durée") for f in ("freebox", "livebox")),
    Case("bbox", ParentalWish(ParentalSchedule((PC,), ParentalRule.BLOCKED)), "blocks_together", "tous les appareils"),
    Case("bbox", rule(lease=Seconds(3600)), "unsettable", "Durée"),
    Case("bbox", named(hidden=True), "unsettable", "Nom caché"),
    Case("livebox", named(security=Security.WEP), "unsettable", "Protection"),
    Case("freebox", named(security=Security.WEP), "unsettable", "Protection"),
    Case("sfr", guests(remaining=Seconds(7200)), "unsettable", "pas de fin automatique"),
    Case("sfr", tuned("5", enable=False), "unsettable", "5 GHz"),
    Case("sfr", named(hidden=True), "unsettable", "page web"),
    Case("sfr", named(security=Security.WPA3), "unsettable", "WPA2"),
    Case("fritz", named(hidden=True), "unsettable", "Nom caché"),
    Case("freebox", plan(75660), "only_steps", "5 minutes"),
    Case("freebox", rule(8080), "outside_port_range", "16384 à 32767", ("shared-ipv4",)),
    *(Case("freebox", w, "missing_right", "Gestion des accès", ("no-settings-right",))
      for w in (named(ssid="Autre"), guests(), rule(), reserved("192.168.1.21"), plan(), RebootWish())),
    *(Case("freebox", w, "bridge_mode", "bridge", ("bridge",)) for w in (rule(), guests(), reserved("192.168.1.21"))),
    *(Case(f, named(ssid="Autre"), "updating", "met à jour", ("updating",)) for f in ("freebox", "sfr")),
    *(Case(f, ParentalWish(ParentalSchedule((LEO,), ParentalRule.BLOCKED)), "unsupported", "ne sait pas")
      for f in ("sfr", "igd")),
    *(Case(f, reserved("192.168.1.21"), "unsupported", "ne sait pas") for f in ("sfr", "fritz", "igd")),
    Case("igd", guests(), "unsupported", "ne sait pas"),
]  # fmt: skip

JARGON = re.compile(r"[a-z]+_[a-z_]+|[{}]|\bNone\b|BoxError|HTTP|JSON|\bdict\b|box\.\w+|[Ee]xception")


def sentences(language: str, r: Any, family: str) -> list[str]:
    """Of a proposal and its result, or of the error that came instead."""
    catalogue = Catalogue(language)
    if isinstance(r, BoxError):
        return [error_text(catalogue, r, family)]
    proposal, result = r
    return [*proposed(proposal, catalogue), *ended(result, proposal.family.value, catalogue)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_refused_in_words_with_nothing_changed(case: Case, tmp_path: Path) -> None:
    home = made_home()
    case.set_up(home)
    for fault in case.faults:
        FAULTS[fault](home)

    async def test(r: Real) -> None:
        before = seen(home)
        told: Any
        try:
            wish = await case.wish(r) if callable(case.wish) else case.wish
            proposal = await r.changes.propose(wish)
            told = (proposal, await r.changes.carry_out(proposal, yes))
            code = told[1].error
            assert told[1].outcome is BoxOutcome.REFUSED, told
            assert proposal.refusal is not None, "it was known only after consent"
        except BoxError as error:
            told, code = error, error.code.value
        assert code == case.code, told
        french, english = sentences("fr", told, case.family), sentences("en", told, case.family)
        assert any(case.said in line for line in french), french
        assert not [line for line in (*french, *english) if JARGON.search(line)], (french, english)
        assert french != english and all(line.strip() for line in (*french, *english))
        assert seen(home) == before and r.changes.changes() == ((), ()) and r.store.kept == {}

    at(case.family, tmp_path, test, home)


# -- what only the box can know --------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """Refused by the box itself, in the middle. ``manners`` of a gateway; ``most``: entries it takes."""

    manners: dict[str, Any]
    wish: ForwardWish
    code: str
    said: str
    faults: tuple[str, ...] = ()


BY_THE_BOX = [
    Said({"deny": 1024}, rule(443, HERE), "reserved_port", "garde ce port"),
    Said({"client": HERE}, rule(9443, "192.168.1.21"), "other_device", "l’appareil qui le demande"),
    Said({"same_port": True}, rule(9443, HERE), "same_port_only", "même numéro"),
    Said({"permanent": True}, rule(9443, HERE, lease=Seconds(3600)), "only_permanent", "pour toujours"),
    Said({"full": 1}, rule(9443, HERE), "full", "plus de place"),
    Said({}, rule(9443, HERE), "no_public_address", "adresse publique", ("cgnat",)),
]


@pytest.mark.parametrize("case", BY_THE_BOX, ids=lambda case: case.code)
def test_refused_by_the_box_in_words_with_nothing_changed(case: Said, tmp_path: Path) -> None:
    home = made_home()
    for fault in case.faults:
        FAULTS[fault](home)

    async def test(r: Real) -> None:
        r.box.manners = Manners(**case.manners)  # type: ignore[attr-defined]
        before = seen(home)
        told = await r.does(case.wish)
        assert (told[1].outcome, told[1].error) == (BoxOutcome.REFUSED, case.code), told
        french, english = sentences("fr", told, "igd"), sentences("en", told, "igd")
        assert any(case.said in line for line in french), french
        assert not [line for line in (*french, *english) if JARGON.search(line.partition("says: ")[0])]
        assert seen(home) == before and r.store.kept == {}
        assert [change.state for change in r.changes.changes()[0]] == [ChangeState.NOTHING]

    at("igd", tmp_path, test, home)


@pytest.mark.parametrize(("hours", "ports"), [(0.1, [8443]), (2.0, [])])
def test_a_lease_is_put_back_with_what_was_left_of_it(hours: float, ports: list[int], tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        r.box.manners.leases[8443, "tcp"] = 3600  # type: ignore[attr-defined]
        first = next(one for one in await r.reads("forwards"))
        assert first.lease == 3600 and (await r.does(ForwardWish(first, remove=True)))[1].outcome is BoxOutcome.DONE
        r.time.now += hours * 3600
        assert (await r.undoes()).outcome in (BoxOutcome.DONE, BoxOutcome.NOTHING_TO_DO)
        found = await r.reads("forwards")
        assert [one.external_port for one in found] == ports
        assert all(one.lease is not None and 3200 < one.lease <= 3240 for one in found)

    at("igd", tmp_path, test)


def test_a_mapping_for_an_hour_that_ended_needs_no_undoing(tmp_path: Path) -> None:
    async def test(r: Real) -> None:
        before = len(r.home.forwards)
        assert (await r.does(rule(9443, lease=Seconds(3600))))[1].outcome is BoxOutcome.DONE
        r.time.now += 7200
        r.home.forwards.pop()
        assert (await r.undoes()).outcome is BoxOutcome.NOTHING_TO_DO and len(r.home.forwards) == before

    at("igd", tmp_path, test)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BoxError(BoxErrorCode.CONFLICT, kind="guest_keys", count=3), "Plusieurs clés invités existent"),
        (BoxError(BoxErrorCode.CONFLICT, kind="other_schedule"), "profil de quelqu’un"),
        (BoxError(BoxErrorCode.LOCKED_OUT, retry_after=600.0), "Réessayez dans 10 min"),
        (BoxError(BoxErrorCode.OTHER_DEVICE, number=718), "l’appareil qui le demande"),
        (BoxError(BoxErrorCode.OUTSIDE_PORT_RANGE, first=16384, last=32767), "16384 à 32767"),
        (BoxError(BoxErrorCode.MISSING_RIGHT, right="profile"), "Profils"),
    ],
    ids=lambda value: value.code.value if isinstance(value, BoxError) else "",
)
def test_the_box_s_own_no_keeps_its_reason(error: BoxError, words: str) -> None:
    assert any(words in line for line in ended(refused(error), "freebox", Catalogue("fr")))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", list(BoxErrorCode))
def test_every_code_of_a_box_has_words(code: BoxErrorCode, language: str) -> None:
    for family in BoxFamily:
        lines = ended(refused(BoxError(code, number=501)), family.value, Catalogue(language))
        assert len(lines) == 2 and not [line for line in lines if JARGON.search(line)]

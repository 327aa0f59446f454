"""The one place that knows probes, use cases and front ends, and joins them."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from selfcare import __version__
from selfcare.app.services import Emit, RunCheck, Services
from selfcare.ground.folders import folders
from selfcare.i18n import Catalogue, system_language

if TYPE_CHECKING:
    from selfcare.app.ask import AskDesk, Home
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_probe import BoxProbe, Recent, Spot
    from selfcare.app.box_way import Contact
    from selfcare.app.boxes import BoxDesk, Gateway
    from selfcare.app.desk import RepairDesk
    from selfcare.app.guides.desk import GuideDesk
    from selfcare.app.guides.home import HomeSide
    from selfcare.app.guides.pc import PcSide
    from selfcare.app.guides.world import World
    from selfcare.app.options import CheckOptions
    from selfcare.app.ports import RunnableProbe
    from selfcare.app.support.port import SupportPort
    from selfcare.app.support.tools import HomeSeen
    from selfcare.app.wifi.box_channel import BoxAir
    from selfcare.app.wifi.ports import Knock, Radios, WifiDesk
    from selfcare.app.wifi.share import Keys
    from selfcare.model.check import CheckResult
    from selfcare.model.home_pc import FarSide
    from selfcare.model.probe import ProbeSpec
    from selfcare.model.profile import Profile
    from selfcare.model.repair import Hand
    from selfcare.model.wifi import WifiReading

PROFILE_VARIABLE = "SELFCARE_PROFILE"
"""Environment variable naming the profile to use when none is asked for (an ISP's installer sets it)."""


_RECENT: dict[Spot, Recent] = {}
# What boxes said last: it lasts longer than one check.


def build_services(language: str | None = None) -> Services:
    """Everything a front end gets. Nothing that measures is imported before it is needed."""
    catalogue = Catalogue(language or _preferred_language())

    def run_check(options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        return _run_check(options, emit, catalogue)

    def repairs() -> RepairDesk:
        return _repairs(run_check, catalogue)

    return Services(
        run_check, _probe_specs, _profile_in_use, catalogue, _warm_up, folders().data, __version__, _metered, repairs,
        _changed_before, _boxes, _box_changes, _box_left, lambda: _guides(catalogue, run_check),
        lambda: _ask(catalogue), lambda: _support(catalogue, run_check), _support_waiting, _wifi, _box_air,
    )  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Entry point: the window without arguments, else a command of the command line."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments:
        return _command(arguments)
    from ui.app import run

    return run(build_services(), [])


def _command(arguments: list[str]) -> int:
    """The outermost fence: whatever falls through is recorded without identifiers and ends with 70.

    The window begins its log and crash record itself, after its first paint.
    """
    from selfcare.cli import main as command_line
    from selfcare.contract import ExitCode
    from selfcare.ground.begin import begin

    recorder = begin(__version__)
    try:
        return command_line(arguments, build_services)
    except Exception as error:
        recorder.record(error, "main")
        text = Catalogue(system_language()).text
        folder = folders().log
        sys.stderr.write(text("cli.internal_error", kind=type(error).__name__, folder=folder) + "\n")
        return ExitCode.INTERNAL


async def _run_check(options: CheckOptions, emit: Emit, catalogue: Catalogue) -> CheckResult:
    from probes.framework import current_platform
    from selfcare.app.check import Check, is_privileged
    from selfcare.app.sentences import Sentences

    profile = options.profile or _profile_in_use()
    sentences = Sentences(catalogue, {"selfcare": __version__, "profile": profile.id})
    box = _box_probe()
    probes = (*_runnable(profile), _box_runnable(box))
    check = Check(probes, sentences, current_platform(), is_privileged(), options, emit)
    if not options.only:
        box.begin()
    try:
        result = await check.run()
    finally:
        await box.close()
    if not options.only:
        await _kept(result)
    return result


async def _kept(result: CheckResult) -> None:
    """For the case that may follow: whatever the disk says, the check is over and told."""
    import asyncio

    from selfcare.cases.keep_check import keep_check
    from selfcare.contract import document

    await asyncio.to_thread(lambda: keep_check(folders().data, document(result)))


def _runnable(profile: Profile) -> tuple[RunnableProbe, ...]:
    """The registered probes, each given the profile and the platform once."""
    from probes.catalogue import all_probes
    from probes.framework import Measure, ProbeContext, current_platform, fresh_label
    from selfcare.app.ports import RunnableProbe

    label = fresh_label()

    def bind(measure: Measure) -> Any:
        def run(payloads: Mapping[str, Any]) -> Awaitable[Any]:
            return measure(ProbeContext(profile, payloads, current_platform(), label))

        return run

    return tuple(RunnableProbe(p.spec, bind(p.measure)) for p in all_probes())


def _box_runnable(box: BoxProbe) -> RunnableProbe:
    from selfcare.app.box_probe import SPEC
    from selfcare.app.ports import RunnableProbe

    return RunnableProbe(SPEC, box.measure)


def _box_probe() -> BoxProbe:
    """What talks to boxes is imported once the gateway looks like one. Families that fit any router say too little."""
    from selfcare.app.box_probe import BoxProbe

    def desk(spot: Spot) -> BoxDesk:
        from selfcare.app.boxes import BoxDesk, Gateway
        from selfcare.boxes.families import GENERIC, all_drivers
        from selfcare.boxes.wire import Place
        from selfcare.cases.home_names import HomeNames
        from selfcare.ground.credentials import Credentials
        from selfcare.store.lines import LineHistory

        data = folders().data
        drivers = [d for d in all_drivers() if d.family not in GENERIC]
        gateway = _at_once(Gateway(Place(spot.address), spot.mac))
        return BoxDesk(gateway, Credentials(data), LineHistory(data), lambda: drivers, names=HomeNames(data))

    return BoxProbe(_spot, desk, _box_known, _load_boxes, _RECENT)


def _box_known() -> bool:
    return any((folders().data / "boxes").glob("*.json"))


def _load_boxes() -> None:
    import importlib

    from selfcare.boxes.families import all_drivers

    importlib.import_module("selfcare.app.boxes")
    list(all_drivers())


def _at_once(gateway: Gateway) -> Callable[[], Awaitable[Gateway]]:
    async def told() -> Gateway:
        return gateway

    return told


async def _spot(payloads: Mapping[str, Any]) -> Spot | None:
    """The home's box by what this check already knows."""
    from probes.framework import ProbeContext, current_platform
    from probes.home_gateway import gateway_of
    from selfcare.app.box_probe import Spot

    found = await gateway_of(ProbeContext(_profile_in_use(), payloads, current_platform()))
    return None if found is None else Spot(found.address, found.mac)


def _repairs(run_check: RunCheck, catalogue: Catalogue) -> RepairDesk:
    from selfcare.app.desk import RepairDesk
    from selfcare.cases import History
    from selfcare.ground.remote import remote_login

    return RepairDesk(run_check, catalogue, _hand, lambda: History(folders().data), remote_login)


def _boxes() -> BoxDesk:
    from selfcare.app.boxes import BoxDesk
    from selfcare.boxes.hints import all_sources
    from selfcare.cases.home_names import HomeNames
    from selfcare.ground.credentials import Credentials
    from selfcare.store.lines import LineHistory

    data = folders().data
    return BoxDesk(_gateway, Credentials(data), LineHistory(data), sources=all_sources, names=HomeNames(data))


def _box_changes(contact: Contact) -> BoxChanges:
    import psutil

    from selfcare.app.box_change import BoxChanges
    from selfcare.cases import History
    from selfcare.cases.box_journal import FOLDER, BoxJournal
    from selfcare.ground.secrets import SecretStore
    from selfcare.hostwifi import own_wifi

    def macs() -> frozenset[str]:
        links = (one.address for several in psutil.net_if_addrs().values() for one in several)
        return frozenset(text.lower().replace("-", ":") for text in links if len(text) == 17)

    data = folders().data
    note = History(data).note
    return BoxChanges(contact, BoxJournal(data / FOLDER), SecretStore(data), own_wifi(), macs, note=note)


def _guides(catalogue: Catalogue, run_check: RunCheck) -> GuideDesk:
    """For the loop it is made in: the world holds the box's session."""
    from selfcare.app.guides.desk import GuideDesk
    from selfcare.app.guides.run import Tools
    from selfcare.app.guides.side import Later
    from selfcare.cases import History
    from selfcare.cases.guide_runs import FOLDER, GuideRuns
    from selfcare.ground.secrets import SecretStore
    from selfcare.guides.words import GuideWords

    data = folders().data
    catalogue = Catalogue(catalogue.language)  # of its own: it changes its language with the window
    runs, words = GuideRuns(data / FOLDER), GuideWords(catalogue.language)
    world = Later(lambda: _world(catalogue, run_check))
    return GuideDesk(Tools(world, runs, words, catalogue, SecretStore(data), History(data).note))


def _ask(catalogue: Catalogue) -> AskDesk:
    """Nothing of the network or of a box is imported for it."""
    from selfcare.app.ask import AskDesk
    from selfcare.app.ask_home import home
    from selfcare.cases import History
    from selfcare.cases.guide_runs import FOLDER, GuideRuns
    from selfcare.guides.known import OPERATORS

    places = folders()

    def known() -> Home:
        profile = _profile_in_use().id
        return home(places.data, GuideRuns(places.data / FOLDER), profile if profile in OPERATORS else "")

    return AskDesk(places.cache, catalogue, known, History(places.data).note)


def _support(catalogue: Catalogue, run_check: RunCheck) -> SupportPort:
    """For the loop it is made in. No desk is imported before one is asked."""
    from selfcare.app.options import CheckOptions
    from selfcare.app.support.desk import SupportDesk
    from selfcare.app.support.tools import Parts
    from selfcare.ground.secrets import SecretStore

    places = folders()

    async def check() -> object:
        return await run_check(CheckOptions(), lambda _event: None)

    parts = Parts(
        data=places.data, log=places.log, profile_in_use=_profile_in_use, known_home=_known_home,
        secrets=lambda: SecretStore(places.data), check=check, line_up=_line_up, language=catalogue.language,
        version=__version__, os=sys.platform,
    )  # fmt: skip
    return SupportDesk(parts)


async def _line_up() -> bool:
    from selfcare.app.support.line import any_answers

    return await any_answers(_profile_in_use().anchors)


def _support_waiting() -> bool:
    """The name of a file; a database at rest in the window would cost some megabytes."""
    from selfcare.outbox.place import FILE

    return (folders().data / FILE).exists()


def _wifi() -> WifiDesk:
    """For the loop it is made in; the radio is opened when it is first asked."""
    from selfcare.app.wifi.desk import wifi_desk

    def knocking() -> Knock:
        from probes.knock import knock

        return knock(_profile_in_use)

    def keys() -> Keys:
        from selfcare.hostwifi.keys import keys as kept

        return kept()

    async def cable() -> bool | None:
        from probes.way_out import cable as asked

        return await asked(_profile_in_use)()

    return wifi_desk(folders().data, _radios, knocking, keys, cable)


def _radios() -> Radios:
    from probes.framework import current_platform
    from probes.radio import radios

    return radios(current_platform())


def _box_air(changes: BoxChanges, desk: WifiDesk, before: WifiReading, band: str) -> BoxAir:
    from selfcare.app.wifi.air_after import measuring
    from selfcare.app.wifi.box_channel import BoxAir

    return BoxAir(changes, desk.read, measuring(desk, before, band))


def _known_home(profile: str) -> HomeSeen:
    from selfcare.app.ask_home import home
    from selfcare.app.support.names import home_names
    from selfcare.app.support.tools import HomeSeen
    from selfcare.cases.guide_runs import FOLDER, GuideRuns
    from selfcare.guides.known import OPERATORS

    data = folders().data
    known = home(data, GuideRuns(data / FOLDER), profile if profile in OPERATORS else "").known
    return HomeSeen(known.operator, known.family, known.access, home_names(data))


def _world(catalogue: Catalogue, run_check: RunCheck) -> World:
    """All who can tell or do something here; beneath them one who can tell nothing, for what has no side."""
    from selfcare.app.guides.nobody import Nobody
    from selfcare.app.guides.side import Whole
    from selfcare.app.guides.world import Moment
    from selfcare.model.guide_run import Context

    async def fact(name: str) -> str:
        return (await here.tests["fact"]({"name": name}, Moment(Context(), {}))).answer

    home = _home_side(catalogue, fact)
    here = _pc_side(catalogue, run_check, home)
    return Whole(home.look, Nobody(), here, home)


def _pc_side(catalogue: Catalogue, run_check: RunCheck, home: HomeSide) -> PcSide:
    """The box says which address its line has, and where a device of its list is."""
    from probes.eyes import PcEyes
    from selfcare.app.guides.beyond import far_side_of
    from selfcare.app.guides.pc import PcSide, PcTools

    def repairs() -> RepairDesk:
        return _repairs(run_check, catalogue)

    async def far() -> FarSide | None:
        return far_side_of(await home.line())

    async def channel(band: str) -> int | None:
        from selfcare.app.wifi.free_channel import free_channel

        return await free_channel(_radios, band)

    tools = PcTools(
        PcEyes(), run_check, _probe_specs, repairs, _profile_in_use, catalogue, far, home.device, free_channel=channel
    )  # fmt: skip
    return PcSide(tools)


def _home_side(catalogue: Catalogue, fact: Callable[[str], Awaitable[str]]) -> HomeSide:
    from selfcare.app.guides.home import home_side
    from selfcare.app.guides.home_context import Around
    from selfcare.app.last_check import FRESH_S, last_codes
    from selfcare.ground.secrets import SecretStore

    data = folders().data
    around = Around(_profile_in_use().id, lambda: last_codes(data, FRESH_S), fact)
    return home_side(_boxes(), _box_changes, SecretStore(data), catalogue, around)


async def _gateway() -> Gateway | None:
    from probes.home_gateway import home_gateway
    from selfcare.app.boxes import Gateway
    from selfcare.boxes.aim import aim
    from selfcare.boxes.wire import Place

    found, named = await home_gateway(_profile_in_use()), aim()
    if named is not None and (found is None or found.address != named.address):
        return Gateway(named)
    return None if found is None else Gateway(named or Place(found.address), found.mac, found.dhcp)


def _hand() -> Hand:
    from selfcare.hand.hand import SystemHand

    return SystemHand()


def _changed_before() -> bool:
    """The names of two folders: no helper is started for a PC on which nothing was ever changed."""
    from selfcare.helper import host

    return any(any(folder.glob("2*.json")) for folder in (host.journal_folder(), host.machine_journal()))


def _box_left() -> bool:
    from selfcare.app.box_left import box_left

    return box_left(folders().data)


def _probe_specs() -> tuple[ProbeSpec, ...]:
    from probes.catalogue import all_probes
    from selfcare.app.box_probe import SPEC

    return (*(p.spec for p in all_probes()), SPEC)


def _profile_in_use() -> Profile:
    from selfcare.isp import load_profile

    return load_profile(os.environ.get(PROFILE_VARIABLE) or None)


def _metered() -> bool | None:
    """What the system says about the connection, asked when a front end is about to propose a deep check."""
    import asyncio

    from probes.hostnet.metered import metered

    return asyncio.run(metered())


def _warm_up() -> None:
    """Imports what a check needs, so that the first one does not pay for it."""
    import importlib

    from probes.catalogue import warm_up

    importlib.import_module("selfcare.app.check")
    warm_up()
    if _box_known():
        _load_boxes()


def _preferred_language() -> str:
    from selfcare.ground.settings import Settings

    chosen = Settings.load(folders().data).language
    return system_language() if chosen == "auto" else chosen

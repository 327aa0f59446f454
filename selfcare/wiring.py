"""The one place that knows probes, use cases and front ends, and joins them."""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from selfcare import __version__
from selfcare.app.services import Emit, RunCheck, Services
from selfcare.ground.folders import folders
from selfcare.i18n import Catalogue, system_language

if TYPE_CHECKING:
    from selfcare.app.boxes import BoxDesk, Gateway
    from selfcare.app.desk import RepairDesk
    from selfcare.app.options import CheckOptions
    from selfcare.app.ports import RunnableProbe
    from selfcare.model.check import CheckResult
    from selfcare.model.probe import ProbeSpec
    from selfcare.model.profile import Profile
    from selfcare.model.repair import Hand

PROFILE_VARIABLE = "SELFCARE_PROFILE"
"""Environment variable naming the profile to use when none is asked for (an ISP's installer sets it)."""


def build_services(language: str | None = None) -> Services:
    """Everything a front end gets. Nothing that measures is imported before it is needed."""
    catalogue = Catalogue(language or _preferred_language())

    def run_check(options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        return _run_check(options, emit, catalogue)

    def repairs() -> RepairDesk:
        return _repairs(run_check, catalogue)

    return Services(
        run_check, _probe_specs, _profile_in_use, catalogue, _warm_up, folders().data, __version__, _metered, repairs,
        _changed_before, _boxes,
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
    check = Check(_runnable(profile), sentences, current_platform(), is_privileged(), options, emit)
    return await check.run()


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


def _repairs(run_check: RunCheck, catalogue: Catalogue) -> RepairDesk:
    from selfcare.app.desk import RepairDesk
    from selfcare.cases import History
    from selfcare.ground.remote import remote_login

    return RepairDesk(run_check, catalogue, _hand, lambda: History(folders().data), remote_login)


def _boxes() -> BoxDesk:
    from selfcare.app.boxes import BoxDesk
    from selfcare.boxes.hints import all_sources
    from selfcare.ground.credentials import Credentials
    from selfcare.store.lines import LineHistory

    data = folders().data
    return BoxDesk(_gateway, Credentials(data), LineHistory(data), sources=all_sources)


async def _gateway() -> Gateway | None:
    from probes.home_gateway import home_gateway
    from selfcare.app.boxes import Gateway
    from selfcare.boxes.wire import Place

    found = await home_gateway(_profile_in_use())
    return None if found is None else Gateway(Place(found.address), found.mac, found.dhcp)


def _hand() -> Hand:
    from selfcare.hand.hand import SystemHand

    return SystemHand()


def _changed_before() -> bool:
    """The names of two folders: no helper is started for a PC on which nothing was ever changed."""
    from selfcare.helper import host

    return any(any(folder.glob("2*.json")) for folder in (host.journal_folder(), host.machine_journal()))


def _probe_specs() -> tuple[ProbeSpec, ...]:
    from probes.catalogue import all_probes

    return tuple(p.spec for p in all_probes())


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


def _preferred_language() -> str:
    from selfcare.ground.settings import Settings

    chosen = Settings.load(folders().data).language
    return system_language() if chosen == "auto" else chosen

"""``selfcare wifi channel``: the box's channel, width and names by what this PC hears; shown, asked, done, measured."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.contract import ExitCode

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.boxes import BoxDesk, Found
    from selfcare.app.wifi.box_channel import BoxAir, Moved, NoChange
    from selfcare.app.wifi.ports import WifiDesk
    from selfcare.model.box.change import BoxProposal
    from selfcare.model.wifi import WifiReading

BANDS = ("2.4", "5")


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Hears first; who hears nothing asks no box. A box that cannot be asked leaves the guide."""
    from selfcare.cli.box import with_box

    async def act(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
        from selfcare.cli.box_change import with_changes

        async def change(changes: BoxChanges) -> int:
            wifi = services.wifi()
            try:
                return await _with_air(changes, wifi, arguments, services)
            finally:
                await wifi.close()

        return await with_changes(desk, found, services, change)

    code = with_box(arguments, services, act)
    if code in (ExitCode.CANNOT_TELL, ExitCode.NEEDS_PRIVILEGE) and not arguments.json:
        key = "guide" if code == ExitCode.CANNOT_TELL else "pair"
        sys.stderr.write(services.catalogue.text(f"cli.wifi.channel.{key}") + "\n")
    return code


async def _with_air(changes: BoxChanges, wifi: WifiDesk, arguments: argparse.Namespace, services: Services) -> int:
    from selfcare.app.wifi.air_after import heard
    from selfcare.contract.wifi import wifi_exit_code

    if not arguments.json:
        sys.stderr.write(services.catalogue.text("cli.wifi.scanning") + "\n")
    reading = await heard(wifi)
    if not arguments.split and wifi_exit_code(reading) == ExitCode.CANNOT_TELL:
        from selfcare.cli import show_wifi

        sys.stderr.write("\n".join(show_wifi.reading_lines(reading, (), services.catalogue)) + "\n")
        return ExitCode.CANNOT_TELL
    band = arguments.band or _band(reading)
    air = services.box_air(changes, wifi, reading, band)
    proposal = await _propose(air, reading, band, arguments)
    return await _carry_out(air, proposal, arguments, services)


def _band(reading: WifiReading) -> str:
    """The one this PC is in: what is busy there is what its subscriber feels."""
    channel = reading.link.channel if reading.link is not None else None
    return channel.band.value if channel is not None and channel.band.value in BANDS else BANDS[0]


async def _propose(
    air: BoxAir, reading: WifiReading, band: str, arguments: argparse.Namespace
) -> BoxProposal | NoChange:
    return await (air.propose_split() if arguments.split else air.propose(reading, band, arguments.width))


async def _carry_out(
    air: BoxAir, proposal: BoxProposal | NoChange, arguments: argparse.Namespace, services: Services
) -> int:
    from selfcare.app import box_change_words
    from selfcare.app.wifi.box_channel import NoChange
    from selfcare.cli.box_change import Consenting, told
    from selfcare.model.box.change import BoxChangeResult, BoxOutcome

    say = services.catalogue.text
    if isinstance(proposal, NoChange):
        calm = proposal is NoChange.NO_ADVICE
        outcome = BoxOutcome.NOTHING_TO_DO if calm else BoxOutcome.REFUSED
        lines = [say(f"cli.wifi.channel.{'split.' if arguments.split else ''}{proposal.value}")]
        if not calm and not arguments.split:
            lines.append(say("cli.wifi.channel.guide"))
        done = BoxChangeResult(outcome, error=None if calm else "unsupported")
        return told(done, None, arguments, services, instead=lines)
    if proposal.refusal is not None:
        sys.stderr.write("\n".join(box_change_words.proposal(proposal, services.catalogue)) + "\n")
    if not arguments.json:
        sys.stderr.write(say("cli.wifi.channel.measured") + "\n")
    moved = await air.carry_out(proposal, Consenting(services, arguments.yes))
    more = [say(f"cli.wifi.channel.{key}", channel=moved.on) for key in _came(moved)]
    result = moved.result if moved.undone is None else replace(moved.result, entry=None)
    code = told(result, proposal, arguments, services, more=more)
    return code if moved.undone is None else ExitCode.FAULT


def _came(moved: Moved) -> list[str]:
    """What came of it, as ends of keys."""
    if moved.result.outcome.value != "done":
        return []
    if not moved.back:
        return ["not_back"]
    keys = ["now_on"] if moved.on is not None else []
    if moved.undone is not None:
        return [*keys, "put_back" if moved.undone.outcome.value == "done" else "not_put_back"]
    return [*keys, f"helped.{moved.helped.value}"]

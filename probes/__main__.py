"""``python -m probes [--profile FILE] [ID …]``: all probes once, as JSON. For developers."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
import time
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_type_hints

from probes.catalogue import all_probes, warm_up
from probes.framework import Probe, ProbeContext, current_platform, fresh_label
from selfcare.model.probe import CannotRun
from selfcare.model.profile import Profile

_ABSENT = object()


def _profile(path: Path | None) -> Profile:
    text = path.read_text("utf-8") if path else files("selfcare.isp").joinpath("default.toml").read_text("utf-8")
    raw = {"operator": None, **tomllib.loads(text)}
    if raw.pop("extends", None):
        # As the product's loader does, reduced to what a developer needs here: lists are put before the base's.
        base = tomllib.loads(files("selfcare.isp").joinpath("default.toml").read_text("utf-8"))
        raw = {k: raw.get(k, []) + v if isinstance(v, list) else raw.get(k, v) for k, v in base.items()} | {
            k: v for k, v in raw.items() if k not in base
        }

    raw.pop("support", None)  # whom a person may reach: no measurement asks them
    return Profile(
        **{
            key: _typed(value, kind)
            for key, kind in get_type_hints(Profile, localns={"Support": object}).items()
            if (value := raw.get(key, _ABSENT)) is not _ABSENT
        }
    )


def _typed(value: Any, kind: Any) -> Any:
    """Lists of the file as tuples of what the profile declares there."""
    if not isinstance(value, list):
        return value
    (item, *_) = get_args(kind)
    if not dataclasses.is_dataclass(item):
        return tuple(value)
    fields = [{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()} for entry in value]
    return tuple(item(**each) for each in fields)  # type: ignore[operator]


async def _run(chosen: tuple[Probe, ...], profile: Profile) -> dict[str, Any]:
    done = {probe.spec.id: asyncio.Event() for probe in chosen}
    payloads: dict[str, Any] = {}
    lines: dict[str, Any] = {}
    begun = time.monotonic()
    label = fresh_label()

    async def one(probe: Probe) -> None:
        for need in probe.spec.requires:
            if need in done:
                await done[need].wait()
        started, outcome = time.monotonic(), "completed"
        try:
            async with asyncio.timeout(probe.spec.time_limit_ms / 1000):
                payloads[probe.spec.id] = await probe.measure(
                    ProbeContext(profile, payloads, current_platform(), label)
                )
        except CannotRun as refusal:
            outcome = refusal.reason.value
        except TimeoutError:
            outcome = "timed_out"
        ended = time.monotonic()
        payload = payloads.get(probe.spec.id)
        lines[probe.spec.id] = {
            "outcome": outcome,
            "started_ms": round((started - begun) * 1000, 1),
            "duration_ms": round((ended - started) * 1000, 1),
            "payload": dataclasses.asdict(payload) if payload is not None else None,
        }
        done[probe.spec.id].set()

    async with asyncio.TaskGroup() as group:
        for probe in chosen:
            group.create_task(one(probe))
    lines["total_ms"] = round((time.monotonic() - begun) * 1000, 1)
    return lines


def main() -> int:
    """Runs the probes named on the command line and what they require; all without names."""
    parser = argparse.ArgumentParser(prog="python -m probes")
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--profile", type=Path)
    parser.add_argument("--brief", action="store_true", help="no payloads")
    arguments = parser.parse_args()
    wanted = set(arguments.ids)
    for probe in reversed(all_probes()):
        if probe.spec.id in wanted:
            wanted.update(probe.spec.requires)
    chosen = tuple(p for p in all_probes() if not arguments.ids or p.spec.id in wanted)
    warm_up()
    warm = _cpu_ms()
    lines = asyncio.run(_run(chosen, _profile(arguments.profile)))
    lines["cpu_ms"] = {"imports": round(warm), "probes": round(_cpu_ms() - warm)}
    if arguments.brief:
        for line in lines.values():
            if isinstance(line, dict):
                line.pop("payload", None)
    json.dump(lines, sys.stdout, indent=1, default=str)
    sys.stdout.write("\n")
    return 0


def _cpu_ms() -> float:
    if sys.platform == "win32":
        return time.process_time() * 1000
    import resource

    return sum(
        (usage.ru_utime + usage.ru_stime) * 1000
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    sys.exit(main())

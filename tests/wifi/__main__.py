"""``python -m tests.wifi list|shell|report|soak``: the radio lab, in a machine of its own (``tests/machine``)."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from tests import machine
from tests.lab.errors import LabError
from tests.wifi import report, scenario, soak
from tests.wifi.air import RADIOS

EACH_S, UP_S = 25.0, 120.0  # limits for one scenario and for the start, on a busy machine
IN_ONE_BOOT = 8  # scenarios of a report: what goes wrong with a machine costs no more
EMULATED = 4  # so many times as long, where the processor is reckoned


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m tests.wifi", description="A home with real 802.11 radios.")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="the scenarios, what each expects, and what of it is composed")
    shell = commands.add_parser("shell", help="run a command on the PC of a scenario")
    shell.add_argument("--fault", "--scenario", default="healthy-5", metavar="NAME", help="see: list")
    shell.add_argument("words", nargs="*", metavar="COMMAND", help="after --")
    made = commands.add_parser("report", help="accuracy and times of the check over the scenarios")
    made.add_argument("--runs", type=int, default=1)
    made.add_argument("--only", default="", help="names, comma separated; 'short' for the small suite")
    made.add_argument("--tireless", action="store_true", help="a machine whose work takes no time (needs WIFI_LAB)")
    made.add_argument("--jobs", type=int, default=1, help="machines at once; only tireless ones do not mind")
    made.add_argument("--write", action="store_true", help="also write docs/accuracy-wifi.md")
    made.add_argument("--patience", type=float, default=1, help="so many times as long, on a machine that is busy")
    soaked = commands.add_parser("soak", help="a restless Wi-Fi against the reader and the live desk")
    soaked.add_argument("--seconds", type=float, default=600)
    soaked.add_argument("--seed", type=int, default=None)
    soaked.add_argument("--patience", type=float, default=1, help="so many times as long for its start")
    return top


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, terminated)
    try:
        if options.command == "list":
            return list_scenarios()
        if (why := machine.why_unavailable()) is not None:
            raise LabError(why)
        return {"shell": run_shell, "report": run_report, "soak": run_soak}[options.command](options)
    except (LabError, scenario.ScenarioError) as error:
        print(f"wifi: {error}", file=sys.stderr)
        return 70


def terminated(*_: object) -> NoReturn:
    """So that the machines end too; a second word must not reach whoever ends them."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def list_scenarios() -> int:
    for name in scenario.names():
        item = scenario.load(name)
        verdict = item.base.expected.code or item.base.expected.state
        parts = "radio-true" if item.true else f"composed: {', '.join(item.composed)}"
        print(f"{name:28} {item.base.kind:10} {verdict:15} {item.base.description} [{parts}]")
    return 0


def inside(wish: dict[str, object], limit_s: float, tireless: bool = False) -> machine.Ended:
    """Does it in one boot of the small machine. ``tireless``: its clocks stand still while it works."""
    patience = 1 if os.environ.get(machine.VARIABLE) else EMULATED
    return machine.python(
        "-m", "tests.wifi.inside", json.dumps(wish), limit_s=patience * limit_s, tireless=tireless,
        radios=RADIOS,
    )  # fmt: skip


def suite(
    names: Sequence[str], runs: int = 1, tireless: bool = False, patience: float = 1
) -> tuple[list[report.Look], machine.Ended]:
    """All of them in one boot; those it did not come to are told as broken.

    Raises:
        LabError: it came to none.
    """
    limit_s = patience * (UP_S + EACH_S * len(names) * runs)
    ended = inside({"do": "suite", "names": list(names), "runs": runs}, limit_s, tireless)
    outcome, _ = report.looks(ended.stdout)
    if not outcome:
        raise LabError(f"the machine ended with {ended.returncode}: {ended.stderr[-1500:]}")
    seen = {look.wanted.name for look in outcome}
    left = [name for name in names if name not in seen]
    why = f"not reached, the machine ended with {ended.returncode}"
    return [*outcome, *(report.Look(scenario.load(name), None, why) for name in left)], ended


def chunk(names: Sequence[str], runs: int, tireless: bool, patience: float) -> list[report.Look]:
    """As ``suite``; what was not reached once more, at last with a clock that goes.

    A program that only looks at one that stands still waits for ever.
    """
    outcome, _ = suite(names, runs, tireless, patience)
    for again in (True, False) if tireless else ():
        left = list(dict.fromkeys(look.wanted.name for look in outcome if look.run is None))
        with contextlib.suppress(LabError):  # then they stay as they are told of: not reached
            more, _ = suite(left, runs, again, patience) if left else ([], None)
            outcome = [*(look for look in outcome if look.wanted.name not in left), *more]
    return outcome


def run_shell(options: argparse.Namespace) -> int:
    scenario.load(options.fault)
    ended = inside({"do": "shell", "name": options.fault, "words": options.words or ["iw", "dev"]}, UP_S + EACH_S)
    sys.stdout.write(ended.stdout)
    sys.stderr.write(ended.stderr)
    return ended.returncode


def run_report(options: argparse.Namespace) -> int:
    """0 if every run is right."""
    wanted = scenario.short() if options.only == "short" else [name for name in options.only.split(",") if name]
    names = list(wanted or scenario.names())
    for name in names:
        scenario.load(name)
    parts = [names[at : at + IN_ONE_BOOT] for at in range(0, len(names), IN_ONE_BOOT)]
    began = time.monotonic()

    def made(part: Sequence[str]) -> list[report.Look]:
        return chunk(part, options.runs, options.tireless, options.patience)

    outcome = [look for some in beside(made, parts, options.jobs) for look in some]
    only = f" --only {options.only}" if options.only else ""
    how = f"--runs {options.runs}{' --tireless' if options.tireless else ''}{only}"
    text = report.markdown(outcome, f"python -m tests.wifi report {how}", time.monotonic() - began)
    print(text)
    if options.write:
        report.TARGET.write_text(text + "\n", encoding="utf-8")
    return 0 if all(look.right for look in outcome) else 1


def beside(
    made: Callable[[Sequence[str]], list[report.Look]], parts: Sequence[Sequence[str]], jobs: int
) -> list[list[report.Look]]:
    """So many at once; whatever ends this ends their machines as well."""
    with ThreadPoolExecutor(jobs) as pool:
        try:
            return list(pool.map(made, parts))
        except BaseException:  # the pool waits for its threads, and these for their machines
            machine.end_all()
            raise


def soaked(seconds: float, seed: int, patience: float = 1) -> tuple[soak.Judged, list[str], dict[str, Any]]:
    """How it went, what is wrong, and all that was told.

    Raises:
        LabError: the machine did not come to the end.
    """
    ended = inside({"do": "soak", "seconds": seconds, "seed": seed}, patience * (UP_S + 60) + 1.5 * seconds)
    if ended.returncode:
        raise LabError(f"the machine ended with {ended.returncode}: {ended.stderr[-1500:]}")
    told = json.loads(ended.stdout.splitlines()[-1])
    return *soak.verdict(told), told


def run_soak(options: argparse.Namespace) -> int:
    """0 if nothing is wrong."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}", flush=True)
    judged, wrong, told = soaked(options.seconds, seed, options.patience)
    print(f"{judged.moments} moments, {judged.joined} in a network, {judged.stale} stale, {judged.unproved} unproved")
    print(f"slowest {judged.slowest_ms:.0f} ms, memory {judged.growth_kb:+} KB, descriptors {judged.open_growth:+}")
    print(f"{len(told['truths'])} truths; what happened: {told['done']}; not possible: {told['trouble']}")
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""``python -m tests.lab shell|list|report|repairs|clean``."""

from __future__ import annotations

import argparse
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.lab import leftovers, repairable, report, scenario, standards, sweep, sweep_report
from tests.lab.errors import LabError
from tests.lab.lab import Lab
from tests.lab.owners import OWNERS


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m tests.lab", description="A home network inside this machine.")
    commands = top.add_subparsers(dest="command", required=True)
    shell = commands.add_parser("shell", help="run a command (or bash) on the lab's PC")
    shell.add_argument("--fault", "--scenario", default="healthy", metavar="NAME", help="see: list")
    shell.add_argument("--user", action="store_true", help="as the ordinary user camille")
    shell.add_argument("--owner", choices=OWNERS, help="who gives the PC its address and resolvers")
    _add_ground(shell)
    shell.add_argument("--quiet", action="store_true", help="do not tell how long the lab took to come up")
    shell.add_argument("words", nargs="*", metavar="COMMAND", help="after --")
    commands.add_parser("list", help="the scenarios and what each expects")
    commands.add_parser("clean", help="end labs whose maker is dead")
    report = commands.add_parser("report", help="accuracy and times of the check over the scenarios")
    report.add_argument("--runs", type=int, default=3)
    report.add_argument("--publish", action="store_true", help="as often as the published table needs; judge it")
    report.add_argument("--jobs", type=int, default=1, help="homes at once: quicker, and the times are worse")
    report.add_argument("--only", default="", help="names, comma separated")
    report.add_argument("--root", action="store_true", help="run the check as root (default: as camille)")
    _add_ground(report)
    report.add_argument("--write", action="store_true", help="also write docs/accuracy.md")
    repairs = commands.add_parser("repairs", help="every fault that can be mended from the PC: mended, and undone")
    repairs.add_argument("--only", default="", help="names, comma separated")
    repairs.add_argument("--jobs", type=int, default=1, help="homes at once: quicker, and the times are worse")
    repairs.add_argument("--write", action="store_true", help="also write docs/repairs.md")
    return top


def _add_ground(command: argparse.ArgumentParser) -> None:
    """What the PC under test lacks, whatever the scenario."""
    command.add_argument("--no-icmp", action="store_true", help="ordinary users may send no ping of any kind")
    command.add_argument("--no-dbus", action="store_true", help="no bus, NetworkManager or resolved any more")
    command.add_argument("--no-interface", action="store_true", help="only the loopback")


def ground(options: argparse.Namespace) -> dict[str, bool]:
    return {"icmp": not options.no_icmp, "dbus": not options.no_dbus, "interface": not options.no_interface}


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        if options.command == "shell":
            return run_shell(options)
        if options.command == "report":
            return run_report(options)
        if options.command == "repairs":
            return run_repairs(options)
        return list_scenarios() if options.command == "list" else leftovers.main()
    except (LabError, scenario.ScenarioError) as error:
        print(f"lab: {error}", file=sys.stderr)
        return 70


def list_scenarios() -> int:
    for name in scenario.names():
        item = scenario.load(name)
        verdict = item.expected.code or item.expected.state
        print(f"{name:30} {item.kind:10} {verdict:16} {item.description}")
    return 0


def run_report(options: argparse.Namespace) -> int:
    """0 if every run is right; with --publish, if every standard is kept."""
    names = [name for name in options.only.split(",") if name] or list(scenario.names())
    wanted = {n: standards.runs_of(scenario.load(n)) if options.publish else options.runs for n in names}
    outcome = report.measure(wanted, user=not options.root, flags=ground(options), jobs=options.jobs)
    judged = standards.judge(outcome)
    how = "--publish" if options.publish else f"--runs {options.runs}"
    at_once = f" --jobs {options.jobs}" if options.jobs > 1 else ""
    text = report.markdown(outcome, f"python -m tests.lab report {how}{at_once}", standards.table(judged))
    print(text)
    if options.write:
        report.TARGET.write_text(text + "\n", encoding="utf-8")
    kept = all(s.kept for s in judged) if options.publish else all(run.right for run in outcome)
    return 0 if kept else 1


def run_repairs(options: argparse.Namespace) -> int:
    """0 if every standard is kept."""
    names = [name for name in options.only.split(",") if name] or list(repairable.mendable())
    unknown = sorted(set(names) - set(repairable.mendable()))
    if unknown:
        raise LabError(f"not among the faults that can be mended from the PC: {', '.join(unknown)}")
    found = sweep.sweep(names, options.jobs)
    judged = sweep_report.judge(found)
    at_once = f" --jobs {options.jobs}" if options.jobs > 1 else ""
    only = f" --only {options.only}" if options.only else ""
    text = sweep_report.markdown(found, f"python -m tests.lab repairs{only}{at_once}", judged)
    print(text)
    if options.write:
        sweep_report.TARGET.write_text(text + "\n", encoding="utf-8")
    return 0 if all(s.kept for s in judged) else 1


def run_shell(options: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    with Lab(options.fault, user=options.user, owner=options.owner, **ground(options)) as lab:
        if not options.quiet:
            print(f"lab: {options.fault} is up after {lab.up_s:.1f} s", file=sys.stderr, flush=True)
        if options.words:
            return pass_through(lab, options.words)
        return interactive(lab)


def pass_through(lab: Lab, words: Sequence[str]) -> int:
    """The command has our own streams; Ctrl-C is for it."""
    argv, environment = lab.command(words)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(argv, env=environment, preexec_fn=_default_interrupt)
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return status if status >= 0 else 128 - status


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interactive(lab: Lab) -> int:
    """A terminal of its own, so that the shell's job control works inside the lab's process namespace."""
    argv, environment = lab.command(["bash", "--norc", "-i"], terminal=True)
    environment["HISTFILE"] = "/dev/null"
    environment["PS1"] = f"[{lab.scenario.name}] \\u@\\h:\\w\\$ "
    outer = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        return os.waitstatus_to_exitcode(pty.spawn(argv))
    finally:
        os.environ.clear()
        os.environ.update(outer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

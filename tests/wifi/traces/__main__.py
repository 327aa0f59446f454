"""``python -m tests.wifi.traces [--count N] [--jobs J]``: makes all traces anew into ``traces.jsonl.xz``, then judges.

Where another device shares the line the machine keeps real time; elsewhere its clock stands still while it works.
"""

from __future__ import annotations

import argparse
import json
import lzma
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import machine
from tests.wifi.traces.links import pair

FILE = Path(__file__).with_name("traces.jsonl.xz")
AT_ONCE = 4
LIMIT_S = {True: 40.0, False: 150.0}


def made(seeds: list[int], tireless: bool) -> list[str]:
    words = [str(seed) for seed in seeds]
    limit = LIMIT_S[tireless]
    ended = machine.python("-m", "tests.wifi.traces.make", *words, limit_s=limit, tireless=tireless, radios=1)
    lines = [line for line in ended.stdout.splitlines() if line.startswith('{"seed"') and line.endswith("}")]
    print(f"{seeds[0]}…{seeds[-1]}: {len(lines)} of {len(seeds)} in {ended.took_s:.0f} s", flush=True)
    return lines


def all_made(seeds: list[int], tireless: bool, jobs: int, so_far: dict[int, str]) -> None:
    wanted = [seed for seed in seeds if seed not in so_far]
    parts = [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]
    with ThreadPoolExecutor(jobs) as pool:
        for lines in pool.map(lambda part: made(part, tireless), parts):
            so_far |= {int(json.loads(line)["seed"]): line for line in lines}
            keep(so_far)


def keep(so_far: dict[int, str]) -> None:
    with lzma.open(FILE, "wt") as out:
        out.writelines(so_far[seed] + "\n" for seed in sorted(so_far))


def load() -> list[dict[str, object]]:
    """The traces as they lie in the folder."""
    with lzma.open(FILE, "rt") as text:
        return [json.loads(line) for line in text]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.wifi.traces", description=__doc__)
    parser.add_argument("--count", type=int, default=576)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--more", action="store_true", help="keep those that are there")
    options = parser.parse_args()
    so_far = {int(str(t["seed"])): json.dumps(t) for t in load()} if options.more and FILE.exists() else {}
    seeds = list(range(options.count))
    # Where the clock stands still while work is done, a program that only looks at it never ends: those follow below.
    all_made([s for s in seeds if not pair(s).others], True, options.jobs, so_far)
    for _ in range(2):
        all_made(seeds, False, options.jobs, so_far)
    print(f"{len(so_far)} traces, {FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()

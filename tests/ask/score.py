"""``python -m tests.ask.score [FILE] [--misses]``: how often the right thing stands first, or among the first three."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from selfcare.app.ask import AskDesk, AskState
from tests.ask.phrases import HELDOUT, TUNING, Phrase, desk, phrases


@dataclass(frozen=True)
class Result:
    phrase: Phrase
    state: AskState
    offered: tuple[str, ...]

    @property
    def first(self) -> bool:
        return self.understood[:1] == (self.phrase.expected,)

    @property
    def three(self) -> bool:
        return self.phrase.expected in self.understood[:3]

    @property
    def understood(self) -> tuple[str, ...]:
        """The doors that are offered to a question that was not understood are no answer to it."""
        return () if self.state is AskState.NOT_UNDERSTOOD else self.offered


def results(several: Iterable[Phrase], asked: AskDesk | None = None) -> list[Result]:
    box = asked or desk()
    found = []
    for phrase in several:
        reply = box.ask(phrase.text)
        found.append(Result(phrase, reply.state, tuple(one.id for one in reply.offers)))
    return found


def share(several: list[Result], place: str) -> float:
    return sum(bool(getattr(one, place)) for one in several) / len(several)


def table(found: list[Result], by: str) -> list[str]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for one in found:
        groups[getattr(one.phrase, by)].append(one)
    return [f"  {name:<26}{row(groups[name])}" for name in sorted(groups)]


def row(several: list[Result]) -> str:
    return f"{len(several):4} first {share(several, 'first'):6.1%}  three {share(several, 'three'):6.1%}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--misses", action="store_true", help="the phrases whose answer does not stand first")
    arguments = parser.parse_args()
    for path in arguments.files or [one for one in (TUNING, HELDOUT) if one.exists()]:
        found = results(phrases(path))
        sure = [one for one in found if one.state is AskState.SURE]
        print(f"{path.name}: {row(found)}; sure {len(sure)}, of these wrong {sum(not one.first for one in sure)}")
        print("\n".join([*table(found, "style"), *table(found, "expected")]))
        for one in found if arguments.misses else ():
            if not one.first:
                print(
                    f"  {one.phrase.expected} [{one.phrase.style}] {one.phrase.text}\n    {', '.join(one.offered[:3])}"
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The shape of a diagnosis rule: data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.finding import Scope, Weight
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri


@dataclass(frozen=True, slots=True)
class Gate:
    """A hard condition. Unknown keeps the rule from being more than possible; the opposite refutes it."""

    fact: str
    value: Tri


@dataclass(frozen=True, slots=True)
class Clue:
    """A fact which, when it has this value, speaks for (or against) a cause with this weight.

    ``number`` names a numeric fact that the evidence then cites in its place ("loss 4 %").
    """

    fact: str
    value: Tri
    weight: Weight
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause.

    ``gates`` must all hold; ``refuted_by`` rules the cause out when one of them holds.
    ``supports`` and ``contradicts`` are weighted. ``explains`` lists the symptoms it
    accounts for, most upstream first; ``moot`` other facts that lose their meaning
    while it stands (their probes may stop). Rules are a set: their order is irrelevant.
    ``told_by`` names facts only somebody else can tell (the box). Where none of them is known the cause is not judged
    at all, neither accused nor ruled out: a wider one of the PC's own stands for it (WAN-DOWN for a dark fibre).
    ``certain_with`` must hold as well before it may be certain; None: it never is.
    """

    code: str
    segments: tuple[Segment, ...]
    scope: Scope
    gates: tuple[Gate, ...]
    supports: tuple[Clue, ...]
    explains: tuple[str, ...]
    contradicts: tuple[Clue, ...] = ()
    refuted_by: tuple[Gate, ...] = ()
    moot: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    condition: bool = False
    answers: tuple[SymptomKind, ...] = ()
    told_by: tuple[str, ...] = ()
    certain_with: tuple[Gate, ...] | None = ()

"""The shape of a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selfcare.model.repair import Action, Risk
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies.situation import Situation

Plan = Callable[[Situation], tuple[Action, ...]]

# Whatever is changed, these tell whether the connection became worse by it.
BASIC = ("gateway.reach", "dns.os", "dns.public", "web.name", "web.address")


@dataclass(frozen=True, slots=True)
class Answer:
    """A code this remedy answers, and what must have been seen for it to be the right answer."""

    code: str
    when: tuple[Gate, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to mend something.

    ``needs`` are conditions on facts: for a finding each must have been seen; asked for by hand, none may
    have been seen otherwise. ``unless`` forbids it when seen. ``plan`` gives the typed actions or raises
    ``NotPossible``. ``verify`` names the probes that show the effect (with those of the symptom itself).
    ``helped_when``: facts that prove it where the fault itself stays, as it is somebody else's.
    ``hand_proof``: facts without which it is put back even when it was asked for by hand and did no harm.
    ``asks``: facts that cautions about it need; when it is asked for by hand, nobody else would look for them.
    ``settle_s``: how long the effect may take to show. ``everyday``: worth offering without any finding.
    ``temporary``: it is taken back by itself once it is no longer needed. ``person``: only somebody can do it.
    """

    id: str
    answers: tuple[Answer, ...]
    risk: Risk
    plan: Plan
    needs: tuple[Gate, ...] = ()
    unless: tuple[Gate, ...] = ()
    verify: tuple[str, ...] = BASIC
    helped_when: tuple[Gate, ...] = ()
    hand_proof: tuple[Gate, ...] = ()
    asks: tuple[str, ...] = ()
    reversible: bool = True
    duration_s: float = 5.0
    settle_s: float = 6.0
    everyday: bool = False
    temporary: bool = False
    person: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes it answers, each once."""
        return tuple(dict.fromkeys(a.code for a in self.answers))

    def answers_finding(self, code: str, tri: Callable[[str], Tri]) -> bool:
        """Whether it is an answer to this finding here: every condition has been seen to hold."""
        mine = [a for a in self.answers if a.code == code]
        return any(_all_seen((*a.when, *self.needs), tri) for a in mine) and not _any_seen(self.unless, tri)

    def allowed(self, tri: Callable[[str], Tri]) -> bool:
        """Whether it may be done by hand: nothing seen speaks against it."""
        against = any(tri(g.fact) not in (g.value, Tri.UNKNOWN) for g in self.needs)
        return not against and not _any_seen(self.unless, tri)


def _all_seen(gates: Iterable[Gate], tri: Callable[[str], Tri]) -> bool:
    return all(tri(g.fact) is g.value for g in gates)


def _any_seen(gates: Iterable[Gate], tri: Callable[[str], Tri]) -> bool:
    return any(tri(g.fact) is g.value for g in gates)

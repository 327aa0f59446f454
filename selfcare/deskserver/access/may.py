"""Who may what: one table for agents, one for everybody else. A page or a route asks here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from selfcare.deskserver.model import Agent, Anybody, Caller, DeskRefusal, Role, Subscriber, System


class Act(StrEnum):
    """What somebody wants to do. ``OWN_*``: to a case that is the caller's own (decision 1: by who filed it)."""

    READ = "read"  # the queue, any ticket, file, history; decode
    ANSWER = "answer"  # answer, ask, promise, take, close, change, note of one's own
    LINK = "link"  # a link for a subscriber's page
    DECLARE = "declare"  # an outage, the answer to all
    MERGE = "merge"
    ERASE = "erase"  # a subscriber with everything
    AGENTS = "agents"  # invite, role, disable, recover
    TOKENS = "tokens"  # of systems
    AUDIT = "audit"
    RETENTION = "retention"
    LETTERS = "letters"  # that no mail server took
    FILE = "file"  # a ticket over the API
    HUB = "hub"  # be told of what happens
    DELETE = "delete"  # a ticket over the API
    SPECIFY = "specify"  # TMF621's specifications
    OWN_READ = "own_read"
    OWN_ADD = "own_add"  # a note, a file, withdraw


AGENTS: Mapping[Act, Role] = {
    Act.READ: Role.READER,
    Act.ANSWER: Role.AGENT,
    Act.LINK: Role.AGENT,
    Act.DECLARE: Role.LEAD,
    Act.MERGE: Role.LEAD,
    Act.ERASE: Role.ADMIN,
    Act.AGENTS: Role.ADMIN,
    Act.TOKENS: Role.ADMIN,
    Act.AUDIT: Role.ADMIN,
    Act.RETENTION: Role.ADMIN,
    Act.LETTERS: Role.ADMIN,
}
"""From which role on. What is not here no agent may: it is the API's."""

OTHERS: Mapping[type[Caller], frozenset[Act]] = {
    System: frozenset({Act.READ, Act.ANSWER, Act.FILE, Act.HUB, Act.DELETE, Act.SPECIFY}),
    Subscriber: frozenset({Act.FILE, Act.OWN_READ, Act.OWN_ADD}),
    Anybody: frozenset(),
}


def may(caller: Caller, act: Act) -> bool:
    """Whether it is allowed. Own cases: that they are its own is for who asks to see to."""
    if isinstance(caller, Agent):
        return act in AGENTS and caller.may(AGENTS[act])
    return act in OTHERS[type(caller)]


def demand(caller: Caller, act: Act) -> None:
    """Raises :class:`DeskRefusal`: 401 where nobody has said who it is, else 403."""
    if not may(caller, act):
        raise DeskRefusal(401 if isinstance(caller, Anybody) else 403, "sign_in" if isinstance(caller, Anybody)
                          else "not_allowed")  # fmt: skip

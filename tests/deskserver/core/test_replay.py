"""Whatever happens in whatever order: what comes a second time changes nothing, and nothing is in two places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Connection, select

from selfcare.deskserver.core import acting, found, tickets
from selfcare.deskserver.core.found import Wanted
from selfcare.deskserver.model import OPEN, Change, DeskRefusal, NewNote
from selfcare.deskserver.schema import external_ids
from selfcare.deskserver.schema import tickets as table
from selfcare.model.ticket import State
from tests.deskserver.core.conftest import in_memory, people
from tests.deskserver.core.filings import ANNE, BOB, NOW, SURE, answer, filing, report, said

WHO = st.sampled_from([ANNE, BOB])
FEW = st.integers(0, 3)
CASES = st.sampled_from(["", "CAS-1", "CAS-2"])


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.c: Connection = in_memory().connect()
        people(self.c)
        self.now, self.done = NOW, list[Callable[[], object]]()

    def teardown(self) -> None:
        self.c.rollback()
        self.c.close()

    def written(self) -> int:
        """Rows written so far: what changes nothing writes nothing."""
        return int(self.c.exec_driver_sql("SELECT total_changes()").scalar() or 0)

    def ticket(self, number: int) -> int | None:
        every = list(self.c.execute(select(table.c.id).order_by(table.c.id)).scalars())
        return every[number % len(every)] if every else None

    def once(self, do: Callable[[], object], again: bool = True) -> None:
        """Refused, it changes nothing; done, it is done when it comes again."""
        self.now += 1000
        before = self.written()
        try:
            do()
        except DeskRefusal:
            assert self.written() == before
            return
        if again:
            self.done.append(do)
            self.comes_again(len(self.done) - 1)

    @rule(who=WHO, number=FEW, case=CASES, notes=st.lists(FEW, max_size=2), files=st.lists(FEW, max_size=2),
          severity=st.sampled_from(["minor", "blocking"]), facts=st.sampled_from([{}, SURE]))  # fmt: skip
    def file(
        self, who: int, number: int, case: str, notes: list[int], files: list[int], severity: str, facts: Any
    ) -> None:
        one = filing(
            f"u{number}", who, case=case, severity=severity, facts=facts, description=f"Coupé {number}.",
            notes=tuple(said(f"mot {n}", external=f"n{n}") for n in notes), uploads=tuple(map(report, files)),
        )  # fmt: skip
        self.once(lambda: tickets.file(self.c, one, self.now))

    @rule(which=st.integers(0, 20), number=FEW, by_agent=st.booleans(), asks=st.booleans())
    def note(self, which: int, number: int, by_agent: bool, asks: bool) -> None:
        ticket = self.ticket(which)
        new: NewNote = answer(external=f"a{number}", asks=asks) if by_agent else said(external=f"n{number}")
        if ticket is not None:
            self.once(lambda: tickets.note(self.c, ticket, new, self.now))

    @rule(which=st.integers(0, 20), digest=FEW)
    def attach(self, which: int, digest: int) -> None:
        if (ticket := self.ticket(which)) is not None:
            self.once(lambda: tickets.attach(self.c, ticket, report(digest), self.now))

    @rule(
        which=st.integers(0, 20), status=st.sampled_from(list(State)), promised=st.sampled_from([None, 0, NOW + 9**9])
    )
    def change(self, which: int, status: State, promised: int | None) -> None:
        if (ticket := self.ticket(which)) is not None:
            change = Change("agent:lea", status=status, promised=promised)
            self.once(lambda: tickets.change(self.c, ticket, change, self.now), again=False)

    @rule(keep=st.integers(0, 20), extra=st.integers(0, 20))
    def merge(self, keep: int, extra: int) -> None:
        first, second = self.ticket(keep), self.ticket(extra)
        if first is not None and second is not None:
            self.once(lambda: tickets.merge(self.c, first, second, "agent:lea", self.now), again=False)

    @rule(which=st.integers(0, 50))
    def comes_again(self, which: int) -> None:
        """Anything of what was done, at any time later."""
        if not self.done:
            return
        before = self.written()
        self.now += 1000
        self.done[which % len(self.done)]()
        assert self.written() == before

    @invariant()
    def each_stands_where_it_should(self) -> None:
        numbers, total = found.listed(self.c, Wanted(limit=1000))
        whole = found.wholes(self.c, numbers)
        assert total == len(whole)
        for one in whole:
            head = one.head
            assert bool(head.waiting) == (head.status in OPEN) == (head.act_at is not None) == (head.closed_at is None)
            assert head.reports == len(one.files)
            assert one.states[-1].status == head.status
            assert max(Counter(note.external for note in one.notes if note.external).values(), default=1) == 1
            assert max(Counter(file.sha256 for file in one.files).values(), default=1) == 1
            if head.heard_at is not None:
                assert head.heard_at + acting.target(head.severity, head.verdict_band, head.side) >= (head.act_at or 0)

    @invariant()
    def an_id_leads_to_one_ticket_of_its_own_subscriber(self) -> None:
        asked = select(external_ids.c.scope, table.c.scope).join(table, table.c.id == external_ids.c.ticket_id)
        assert all(mine == its for mine, its in self.c.execute(asked))


Desk.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
TestDesk = Desk.TestCase

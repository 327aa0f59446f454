"""The operator's register says where a line hangs; it is replaced whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, insert, select

from selfcare.deskserver.core import lines as register
from selfcare.deskserver.core.tickets import change, file
from selfcare.deskserver.model import Change, DeskRefusal, Filing
from selfcare.deskserver.schema import META, lines, subscribers, tickets
from selfcare.model.ticket import State

NOW = 1_790_000_000_000


@pytest.fixture
def c() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    META.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(subscribers).values(id=1, key="oidc:1", contract="CT-9"))
        connection.execute(insert(subscribers).values(id=2, key="install:2", proven=True))
        yield connection
    engine.dispose()


def filed(c: Connection, who: int, contact: dict[str, str] | None = None, **facts: str) -> int:
    return file(c, Filing("s", who, "x", "y", "major", "fault", "app", contact=contact or {}, facts=facts), NOW).ticket


def node(c: Connection, ticket: int) -> str:
    return str(c.execute(select(tickets.c.node).where(tickets.c.id == ticket)).scalar())


def test_register_then_fact_then_report(c: Connection) -> None:
    assert register.replace(c, register.of_csv(io.StringIO("line;node\n01 45.67;olt-1\nct9;olt-2\n\n"))) == 2
    own = filed(c, 1, {"line_number": "0145-67"}, access_node="isp-x")
    said = filed(c, 2, {"line_number": "0145-67"})
    fact = filed(c, 2, access_node="isp-x")
    none = filed(c, 2)
    last, _ = register.place(c, 0, NOW)
    assert [node(c, one) for one in (own, said, fact, none)] == ["olt-2", "olt-1", "isp-x", ""]
    later = filed(c, 1)
    assert register.place(c, last, NOW) == (later, 1)
    assert node(c, later) == "olt-2"
    row = c.execute(select(tickets).where(tickets.c.id == none)).mappings().one()
    assert register.node_of(c, dict(row), "isp-y") == "isp-y"


def test_another_register_moves_what_is_open_a_piece_at_a_time(c: Connection) -> None:
    register.replace(c, [("0145", "olt-1")])
    mine = [filed(c, 2, {"line_number": "01 45"}) for _ in range(5)]
    register.place(c, 0, NOW)
    change(c, mine[0], Change("agent:ada", status=State.RESOLVED), NOW)
    register.replace(c, [("0145", "olt-9")])
    after, looked, moved = 0, 1, []
    while looked:
        after, looked, some = register.again(c, after, NOW, most=2)
        moved.append(some)
    assert moved == [2, 2, 0]
    assert [node(c, one) for one in mine] == ["olt-1", *["olt-9"] * 4]  # what is over was where it was


@pytest.mark.parametrize("text", ["a,n\nb\n", "a,\n", ",n\n", "a," + "n" * 200 + "\n", "x" * 5000, "a,b\x00c\n"])
def test_a_bad_register_changes_nothing(c: Connection, text: str) -> None:
    register.replace(c, [("a", "n"), ("b", "n"), ("A ", "m")])
    with pytest.raises(DeskRefusal, match="lines_bad"), c.begin_nested():
        register.replace(c, register.of_csv(io.StringIO("z,z\n" * 1500 + text)))
    assert sorted(c.execute(select(lines.c.line, lines.c.node)).all()) == [("a", "m"), ("b", "n")]

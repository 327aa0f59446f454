"""Whatever goes wrong at whichever request: the box ends as before or as asked, in words that are true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from selfcare.boxes.errors import BoxErrorCode
from selfcare.model.box.change import BoxOutcome, ChangeState
from tests.app.box_bench import Bench, bench, yes
from tests.boxes.plain import seen
from tests.boxes.wishes import WISHES

QUICK = ("forward add",)
SEVERAL = [
    *QUICK,
    *(pytest.param(w, marks=pytest.mark.full) for w in ("wifi name, key, channel", "parental plan", "guest on")),
]
Trouble = Callable[[Bench], Awaitable[web.StreamResponse | None]]


async def cut(_b: Bench) -> web.StreamResponse | None:
    raise ConnectionResetError  # the server closes the connection without an answer


async def broken(_b: Bench) -> web.StreamResponse | None:
    return web.Response(status=500, text="Internal Server Error")


async def garbage(_b: Bench) -> web.StreamResponse | None:
    return web.Response(text="<html>&nbsp;<body>", content_type="text/html")


async def expired(b: Bench) -> web.StreamResponse | None:
    b.box.expire()
    return web.json_response({"error": "session_ended"})


async def busy(_b: Bench) -> web.StreamResponse | None:
    return web.json_response({"error": "busy"})


async def refused(_b: Bench) -> web.StreamResponse | None:
    return web.json_response({"error": "invalid"})


TROUBLES: dict[str, Trouble] = {f.__name__: f for f in (cut, broken, garbage, expired, busy, refused)}


def hook(b: Bench, trouble: Trouble, when: str, first: int, last: int) -> None:
    """At these requests, counted from now, instead of the answer (the request is carried out if it is "after")."""
    began = len(b.box.asked)

    async def asked(moment: str, number: int) -> web.StreamResponse | None:
        if moment == when and first <= number - began <= last:
            return await trouble(b)
        return None

    b.box.hook = asked


async def requests(folder: Path, label: str) -> tuple[str, str, int]:
    """What is before and after, and how many requests the change takes."""
    async with bench(folder) as b:
        before, proposal = seen(b.home), await b.changes.propose(WISHES[label])
        began = len(b.box.asked)
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE
        return before, seen(b.home), len(b.box.asked) - began


async def one(folder: Path, label: str, trouble: Trouble, when: str, span: tuple[int, int]) -> tuple[Bench, BoxOutcome]:
    async with bench(folder) as b:
        proposal = await b.changes.propose(WISHES[label])
        hook(b, trouble, when, *span)
        result = await b.changes.carry_out(proposal, yes)
        b.box.hook = None
        if result.outcome in (BoxOutcome.UNPROVED, BoxOutcome.STUCK):
            await b.changes.settle()
        assert not any(c.state.unfinished for c in b.changes.changes()[0])
        return b, result.outcome


# A box that says no, or asks for a new login, has not carried out what it was asked; one that breaks may have.
CASES = [(name, "before") for name in sorted(TROUBLES)] + [(name, "after") for name in ("broken", "cut", "garbage")]


@pytest.mark.parametrize(("trouble", "when"), CASES)
@pytest.mark.parametrize("label", SEVERAL)
def test_one_bad_answer_at_any_request(label: str, trouble: str, when: str, tmp_path: Path) -> None:
    async def run() -> None:
        before, after, count = await requests(tmp_path / "plain", label)
        for number in range(1, count + 1):
            b, outcome = await one(tmp_path / str(number), label, TROUBLES[trouble], when, (number, number))
            told = {BoxOutcome.DONE: {after}, BoxOutcome.REFUSED: {before}, BoxOutcome.PUT_BACK: {before}}
            if trouble == "refused":  # also when it is only read: then it is looked at again at the next start
                told[BoxOutcome.UNPROVED] = {before, after}
            assert seen(b.home) in told[outcome], (number, outcome)

    asyncio.run(run())


@pytest.mark.parametrize("trouble", [cut, broken, garbage, busy])
def test_what_fails_in_passing_is_tried_once_more(trouble: Trouble, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            proposal, failed = await b.changes.propose(WISHES["parental plan"]), list[int]()

            async def hook(moment: str, number: int) -> web.StreamResponse | None:
                if moment == "before" and b.box.asked[-1].path == "/do" and not failed:
                    failed.append(number)
                    return await trouble(b)
                return None

            b.box.hook = hook
            assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE and failed

    asyncio.run(run())


@pytest.mark.parametrize("trouble", [cut, broken, garbage])
@pytest.mark.parametrize("label", SEVERAL)
def test_silent_from_some_request_on_until_the_next_start(label: str, trouble: Trouble, tmp_path: Path) -> None:
    async def run() -> None:
        before, after, count = await requests(tmp_path / "plain", label)
        unproved = 0
        for number in range(1, count + 1):
            b, outcome = await one(tmp_path / str(number), label, trouble, "after", (number, 10_000))
            unproved += outcome is BoxOutcome.UNPROVED
            assert seen(b.home) in (before, after), (number, outcome)
            assert outcome in (BoxOutcome.UNPROVED, BoxOutcome.REFUSED)
        assert unproved

    asyncio.run(run())


@pytest.mark.parametrize("label", SEVERAL)
def test_a_box_that_starts_anew_in_the_middle(label: str, tmp_path: Path) -> None:
    """It is away for some looks, then there again, with what it had been told so far."""

    async def restart(b: Bench) -> web.StreamResponse | None:
        b.box.expire()
        raise ConnectionResetError

    async def run() -> None:
        before, after, count = await requests(tmp_path / "plain", label)
        for number in range(1, count + 1):
            b, outcome = await one(tmp_path / str(number), label, restart, "before", (number, number + 4))
            told = {BoxOutcome.DONE: after, BoxOutcome.REFUSED: before, BoxOutcome.PUT_BACK: before}
            assert seen(b.home) == told[outcome], (number, outcome)

    asyncio.run(run())


@pytest.mark.parametrize("label", SEVERAL)
def test_what_the_box_refuses_in_the_middle_is_put_back(label: str, tmp_path: Path) -> None:
    """From the n-th write on it says no to that kind of write: it may still be told the old value."""

    async def run() -> None:
        async with bench(tmp_path) as b:
            before, proposal = seen(b.home), await b.changes.propose(WISHES[label])
            writes, refusing = [0], [True]

            async def asked(moment: str, _number: int) -> web.StreamResponse | None:
                write = b.box.asked[-1].path == "/do"
                writes[0] += moment == "before" and write
                if moment == "before" and write and writes[0] == 2 and refusing.pop():
                    return web.json_response({"error": BoxErrorCode.CONFLICT.value})
                return None

            b.box.hook = asked
            result = await b.changes.carry_out(proposal, yes)
            assert (result.outcome, result.error) == (BoxOutcome.PUT_BACK, "conflict")
            assert seen(b.home) == before
            assert b.changes.changes()[0][0].state is ChangeState.PUT_BACK

    asyncio.run(run())

"""``selfcare box wifi set|guest on|parental block|forward add|reservation add|reboot|undo``: what changes the box.

Shows current → asked, asks, does it, proves it, and says how it ended. A key is typed or read from standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.cli.box_orders import Order, add_orders, usage
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.boxes import BoxDesk, Found
    from selfcare.model.box.change import BoxChangeResult, BoxProposal

_YES = ("o", "oui", "y", "yes")
_EXIT = {
    "done": ExitCode.OK,
    "nothing_to_do": ExitCode.OK,
    "declined": ExitCode.REFUSED,
    "refused": ExitCode.REFUSED,
    "stale": ExitCode.REFUSED,
    "unproved": ExitCode.CANNOT_TELL,
}
"""By ``BoxOutcome`` as text (the model of boxes is not imported for other commands). Everything else is 1."""

_NO = ("unsupported", "bridge_mode", "updating", "busy", "not_found")
"""For a reading these are "cannot tell"; for a wish they are a no."""


def register(words: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds what changes to the words of ``selfcare box``; called after those that read are there."""
    from selfcare.cli.box import add_word

    add_orders(words, catalogue, run)
    text = catalogue.text
    undo = add_word(words, "undo", catalogue, run_undo)
    undo.add_argument("what", nargs="?", metavar="list|NAME", help=text("cli.undo.what"))
    undo.add_argument("--yes", action="store_true", help=text("cli.box.yes"))


class Consenting:
    """The terminal's consent."""

    def __init__(self, services: Services, assume: bool) -> None:
        self._services, self._assume = services, assume

    async def __call__(self, proposal: BoxProposal) -> bool:
        """Says what would change, and asks."""
        from selfcare.app import box_change_words

        catalogue = self._services.catalogue
        sys.stderr.write("\n".join(box_change_words.proposal(proposal, catalogue)) + "\n")
        if self._assume:
            return True
        if not sys.stdin.isatty():
            sys.stderr.write(catalogue.text("cli.repair.no_terminal") + "\n")
            return False
        sys.stderr.write(catalogue.text("cli.repair.agree") + " ")
        sys.stderr.flush()
        return (await asyncio.to_thread(sys.stdin.readline)).strip().lower() in _YES


def run(arguments: argparse.Namespace, services: Services, order: Order) -> int:
    """One order: a wish by what the box tells now, then the change."""
    from selfcare.app.box_wishes import WishError
    from selfcare.cli.box import with_box

    try:
        secret = order.secret(arguments, services.catalogue)
    except WishError as error:
        return usage(error, services.catalogue)

    async def act(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
        async def change(changes: BoxChanges) -> int:
            try:
                wish = await order.wish(changes, arguments, secret)
            except WishError as error:
                return usage(error, services.catalogue)
            return await _change(changes, wish, found, arguments, services)

        return await with_changes(desk, found, services, change)

    return with_box(arguments, services, act)


async def with_changes(
    desk: BoxDesk, found: Found, services: Services, act: Callable[[BoxChanges], Awaitable[int]]
) -> int:
    """What an earlier run left unfinished comes first, and is said."""
    from selfcare.app import box_change_words

    changes = services.box_changes(lambda: desk.session(found, needs_login=True))
    for line in box_change_words.settled(await changes.settle(), services.catalogue):
        sys.stderr.write(line + "\n")
    return await act(changes)


async def _change(
    changes: BoxChanges, wish: Any, found: Found, arguments: argparse.Namespace, services: Services
) -> int:
    from selfcare.app import box_change_words

    proposal = await changes.propose(wish)
    if proposal.refusal is not None:
        sys.stderr.write("\n".join(box_change_words.proposal(proposal, services.catalogue)) + "\n")
    done = await changes.carry_out(proposal, Consenting(services, arguments.yes), _progress(services, arguments))
    return told(done, proposal, arguments, services)


def _progress(services: Services, arguments: argparse.Namespace) -> Callable[[str], None]:
    def say(key: str) -> None:
        if not arguments.json:
            sys.stderr.write(services.catalogue.text(key) + "\n")

    return say


def told(
    done: BoxChangeResult,
    proposal: BoxProposal | None,
    arguments: argparse.Namespace,
    services: Services,
    *,
    more: Sequence[str] = (),
    instead: Sequence[str] = (),
) -> int:
    """How it ended, in lines or as a document; ``more`` comes after our words, ``instead`` in their place."""
    from selfcare.app import box_change_words
    from selfcare.cli import out

    family = proposal.family.value if proposal else ""
    if arguments.json and not arguments.show_identifiers:
        done = box_change_words.nameless(done)
    lines = [*(instead or box_change_words.result(done, family, services.catalogue)), *more]
    if done.outcome.value == "done" and done.entry and (proposal is None or proposal.reversible):
        lines.append(services.catalogue.text("cli.box.how_to_undo", name=done.entry))
    if arguments.json:
        from selfcare.cli.box import write
        from selfcare.contract.box_change import change_document

        write(change_document(proposal, done, lines, identifiers=arguments.show_identifiers))
    else:
        out.line("\n".join(lines))
    return exit_code(done)


def exit_code(done: BoxChangeResult) -> int:
    """By how it ended, and where it was refused by why."""
    from selfcare.contract.box import box_exit_code

    if done.outcome.value == "refused" and done.error and done.error not in _NO:
        return box_exit_code(done.error)  # who is not let in, or meets nobody, was not refused a wish
    return _EXIT.get(done.outcome.value, ExitCode.FAULT)


def run_undo(arguments: argparse.Namespace, services: Services) -> int:
    """Lists, or puts one change back: the last one where none is named."""
    from selfcare.cli.box import with_box

    if arguments.what == "list":
        return _list(arguments, services)

    async def act(desk: BoxDesk, found: Found, arguments: argparse.Namespace, services: Services) -> int:
        async def undo(changes: BoxChanges) -> int:
            entries, _ = changes.changes()
            here = await changes.here() if arguments.what is None else None  # the last one of this very box
            mine = (e.name for e in entries if e.undoable and (e.box == here or e.name == arguments.what))
            chosen = next(mine, None)
            if chosen is None:
                key = "cli.box.undo_nothing" if arguments.what is None else "cli.box.undo_unknown"
                sys.stderr.write(services.catalogue.text(key) + "\n")
                return ExitCode.OK if arguments.what is None else ExitCode.USAGE
            asking = Consenting(services, arguments.yes)
            done = await changes.undo(chosen, asking, _progress(services, arguments))
            return told(replace(done, entry=None), None, arguments, services)

        return await with_changes(desk, found, services, undo)

    return with_box(arguments, services, act)


def _list(arguments: argparse.Namespace, services: Services) -> int:
    """The journal alone: no box is asked."""
    from selfcare.app import box_change_words
    from selfcare.app.box_way import nobody
    from selfcare.cli import out

    out.prepare(machine=arguments.json)
    entries, damaged = services.box_changes(nobody).changes()
    if arguments.json:
        from selfcare.cli.box import write
        from selfcare.contract.box_change import changes_document

        write(changes_document(entries, damaged, identifiers=arguments.show_identifiers))
        return ExitCode.OK
    for one in entries:
        out.line(box_change_words.entry(one, services.catalogue))
    for name in damaged:
        out.line(services.catalogue.text("box.settled.damaged", count=1, names=name))
    if not entries and not damaged:
        out.line(services.catalogue.text("cli.box.undo_nothing"))
    return ExitCode.OK

"""Whoever sits at the terminal, for a guide: what is typed, what is agreed to. Nobody there: the guide stops there.

The loop waits while somebody types: nothing else goes on then, and Ctrl-C must reach the reading itself (a thread
that reads cannot be ended, and would hold up the end of the program).
"""

from __future__ import annotations

import contextlib
import getpass
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from selfcare.cli import out
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.model.box.change import BoxProposal
    from selfcare.model.remedy import Proposal

_YES = ("o", "oui", "y", "yes")
_MOST = 1024
"""Signs of one line: no answer is longer."""


class NobodyThere(Exception):
    """Somebody is needed, and there is no terminal, or they closed it."""


class Terminal:
    """``assume``: ``--yes``. ``machine``: standard output is for a document, so everything is said on the other one."""

    def __init__(self, catalogue: Catalogue, *, assume: bool, machine: bool) -> None:
        self.catalogue, self._assume, self._machine = catalogue, assume, machine

    def say(self, *lines: str) -> None:
        """Lines of ours, with somebody's names in them."""
        text = out.harmless("\n".join(lines))
        if self._machine:
            sys.stderr.write(text + "\n")
        else:
            out.line(text)

    def progress(self, key: str) -> None:
        """What goes on meanwhile."""
        if not self._machine:
            sys.stderr.write(self.catalogue.text(key) + "\n")

    def line(self, prompt: str) -> str:
        """One line. Raises ``NobodyThere``."""
        if not sys.stdin.isatty():
            raise NobodyThere
        sys.stderr.write(f"{prompt} ")
        sys.stderr.flush()
        return self._read(sys.stdin.readline)

    def key(self) -> str:
        """A key: typed unseen and twice, or one line of standard input. Empty: they differ. Raises ``NobodyThere``."""
        if not sys.stdin.isatty():
            return self._read(lambda: sys.stdin.readline(_MOST))
        with _ctrl_c():
            try:
                typed = getpass.getpass(self.catalogue.text("cli.box.ask_key"))
                again = getpass.getpass(self.catalogue.text("cli.box.ask_key_again"))
            except EOFError as error:
                raise NobodyThere from error
        if typed != again:
            self.say(self.catalogue.text("box.wish.keys_differ"))
            return ""
        return typed

    def _read(self, read: Callable[[], str]) -> str:
        with _ctrl_c():
            typed = read()
        if not typed:
            raise NobodyThere
        return typed.rstrip("\r\n")

    async def consent(self, proposal: BoxProposal | Proposal) -> bool:
        """Says what would change, and asks. Raises ``NobodyThere``: nothing was begun, and it can be asked again."""
        self.say(*_described(proposal, self.catalogue))
        instruction = getattr(proposal, "instruction", False)
        if self._assume and not instruction:
            return True
        question = "cli.repair.done" if instruction else "cli.repair.agree"
        return self.line(self.catalogue.text(question)).strip().lower() in _YES


def _described(proposal: BoxProposal | Proposal, catalogue: Catalogue) -> list[str]:
    from selfcare.model.remedy import Proposal as OfThePc

    if isinstance(proposal, OfThePc):
        from selfcare.cli.asking import describe

        return describe(proposal, catalogue)
    from selfcare.app import box_change_words

    return box_change_words.proposal(proposal, catalogue)


@contextlib.contextmanager
def _ctrl_c() -> Iterator[None]:
    """Python's own way while somebody types: the loop's would wait for the end of the line."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

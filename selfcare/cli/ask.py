"""``selfcare ask "…"``: a question in one's own words, and where it is answered."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, Catalogue

if TYPE_CHECKING:
    from selfcare.app.ask import AskDesk, Reply, Told


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command."""
    text = catalogue.text
    parser = commands.add_parser("ask", help=text("cli.ask.help"), allow_abbrev=False)
    parser.set_defaults(run=run)
    parser.add_argument("question", nargs="*", metavar="…", help=text("cli.ask.question"))
    parser.add_argument("--answer", action="append", metavar="NAME=VALUE", default=[], help=text("cli.ask.answer"))
    parser.add_argument("--show", metavar="ID", help=text("cli.ask.show"))
    parser.add_argument("--json", action="store_true", help=text("cli.ask.json"))
    parser.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Asks once; a question back is answered by ``--answer`` the next time, or at the terminal."""
    from selfcare.contract.ask import ask_document, ask_exit_code

    out.prepare(machine=arguments.json)
    desk, catalogue = services.ask(), services.catalogue
    if arguments.show is not None:
        return _show(arguments.show, desk, catalogue)
    question = " ".join(arguments.question)
    answers = dict(given(one, catalogue) for one in arguments.answer)
    reply = desk.ask(question, answers)
    if not arguments.json and sys.stdin.isatty() and sys.stdout.isatty():
        reply = _converse(question, answers, reply, desk, catalogue)
    told = _told(reply, desk)
    if arguments.json:
        out.line(out.escaped(json.dumps(ask_document(reply, told), ensure_ascii=False, indent=2)))
    else:
        out.line(out.harmless("\n".join(lines(reply, told, catalogue))))
    return ask_exit_code(reply)


def given(text: str, catalogue: Catalogue) -> tuple[str, str]:
    """``NAME=VALUE`` of a question back.

    Raises:
        UsageError: there is no such question, or no such answer to it.
    """
    from selfcare.ask.questions import questions
    from selfcare.cli.main import UsageError

    name, _, value = text.partition("=")
    question = questions().get(name)
    if question is None or (value and question.choice(value) is None):
        known = ", ".join(f"{q.id}={'|'.join(c.id for c in q.choices)}" for q in questions().values())
        raise UsageError(catalogue.text("cli.ask.answer_wrong", text=text, known=known))
    return name, value


def _converse(question: str, answers: dict[str, str], reply: Reply, desk: AskDesk, catalogue: Catalogue) -> Reply:
    while (back := reply.question) is not None:
        choices = [f"  {at}. {one.text}" for at, one in enumerate(back.options, 1)]
        sys.stderr.write("\n".join([back.text, *choices, catalogue.text("cli.ask.choose") + " "]))
        sys.stderr.flush()
        typed = sys.stdin.readline().strip()
        at = int(typed) if typed.isdecimal() and len(typed) < 3 else 0
        answers[back.id] = back.options[at - 1].id if 0 < at <= len(back.options) else ""
        reply = desk.ask(question, answers, reply.asked)
    return reply


def _told(reply: Reply, desk: AskDesk) -> Told | None:
    first = reply.offers[0]
    return desk.answer(first.target) if first.kind == "answer" and reply.state.value == "sure" else None


def lines(reply: Reply, told: Told | None, catalogue: Catalogue) -> list[str]:
    """For a terminal: how sure it is, what there is, what would be asked."""
    found = [catalogue.text(f"ask.state.{reply.state.value}")]
    if told is not None:
        found += ["", *_told_lines(told)]
    for one in reply.offers:
        found += ["", one.title, f"  {one.why}", f"  → {one.command}"]
    if (back := reply.question) is not None:
        options = ", ".join(f"--answer {back.id}={one.id} ({one.text})" for one in back.options)
        found += ["", back.text, f"  {options}"]
    return found


def _told_lines(told: Told) -> list[str]:
    return [told.title, f"  {told.text}", *(f"  · {fact}" for fact in told.facts)]


def _show(name: str, desk: AskDesk, catalogue: Catalogue) -> int:
    from selfcare.ask.answers import AskError
    from selfcare.cli.main import UsageError

    try:
        told = desk.answer(name)
    except AskError:
        raise UsageError(catalogue.text("cli.ask.unknown", name=name)) from None
    out.line(out.harmless("\n".join(_told_lines(told))))
    return ExitCode.OK

"""``selfcare ticket …``: a ticket with the report attached, previewed, sent once; what became of it."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from selfcare.app.services import Services
from selfcare.cli import out
from selfcare.cli.support import with_support
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue

if TYPE_CHECKING:
    from selfcare.app.support.port import SupportPort

WORDS = ("new", "send", "status", "list", "outbox", "cancel", "answer", "sign-in", "register", "confirm", "token")


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the command with its words."""
    from selfcare.cli.ticket_new import new_options

    text = catalogue.text
    parser = commands.add_parser("ticket", help=text("cli.ticket.help"), allow_abbrev=False)
    words = parser.add_subparsers(metavar=text("cli.command"), required=True)
    made = {}
    for word in WORDS:
        made[word] = one = words.add_parser(word, help=text(f"cli.ticket.{word}"), allow_abbrev=False)
        one.set_defaults(run=run, word=word)
        one.add_argument("--json", action="store_true", help=text("cli.ticket.json"))
        one.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))
    new_options(made["new"], catalogue)
    for word in ("status", "list"):
        made[word].add_argument("--case", metavar="CAS-…", help=text("cli.ticket.case"))
    made["cancel"].add_argument("id", metavar="ID", help=text("cli.ticket.id"))
    made["answer"].add_argument("id", metavar="ID", help=text("cli.ticket.id"))
    made["answer"].add_argument("reply", metavar="REPLY", help=text("cli.ticket.reply"))
    made["answer"].add_argument("text", metavar="TEXT", help=text("cli.ticket.text"))
    made["register"].add_argument("mail", metavar="MAIL", help=text("cli.ticket.mail"))
    made["confirm"].add_argument("code", metavar="CODE", help=text("cli.ticket.code"))


def run(arguments: argparse.Namespace, services: Services) -> int:
    """One of its words."""
    out.prepare(machine=arguments.json)
    return with_support(services, lambda port: _word(arguments, services, port))


async def _word(arguments: argparse.Namespace, services: Services, port: SupportPort) -> int:
    from selfcare.cli.ticket_new import new

    word, catalogue = arguments.word, Catalogue(services.catalogue.language, SUPPORT)
    if word == "new":
        return await new(arguments, catalogue, port)
    if word in ("sign-in", "register", "confirm", "token"):
        return await _who(arguments, catalogue, port)
    if word in ("status", "list"):
        return await _tickets(arguments, catalogue, port)
    if word == "outbox":
        parcels = await port.outbox()
    elif word == "send":
        parcels = await port.flush()
    elif word == "cancel":
        parcels = (await port.cancel(arguments.id),)
    else:
        parcels = (await port.answer(arguments.id, arguments.reply, arguments.text),)
    return show_parcels(arguments, catalogue, parcels)


def show_parcels(arguments: argparse.Namespace, catalogue: Catalogue, parcels: tuple[object, ...]) -> int:
    """And the exit code they make; looking alone is always 0."""
    from selfcare.contract.ticket import parcels_exit_code, ticket_document
    from selfcare.model.ticket import Parcel

    found = tuple(one for one in parcels if isinstance(one, Parcel))
    if arguments.json:
        out.line(out.escaped(json.dumps(ticket_document(parcels=found), ensure_ascii=False, indent=2)))
    else:
        from selfcare.cli.show_ticket import parcel_lines

        out.line(out.harmless("\n".join(parcel_lines(found, catalogue))))
    return ExitCode.OK if arguments.word == "outbox" else parcels_exit_code(found)


async def _tickets(arguments: argparse.Namespace, catalogue: Catalogue, port: SupportPort) -> int:
    from selfcare.contract.ticket import ticket_document

    filed = await port.tickets(arguments.case, ask=arguments.word == "status")
    if arguments.json:
        out.line(out.escaped(json.dumps(ticket_document(filed), ensure_ascii=False, indent=2)))
    else:
        from selfcare.cli.show_ticket import filed_lines

        out.line(out.harmless("\n".join(filed_lines(filed, catalogue))))
    return ExitCode.CANNOT_TELL if arguments.word == "status" and any(one.trouble for one in filed) else ExitCode.OK


async def _who(arguments: argparse.Namespace, catalogue: Catalogue, port: SupportPort) -> int:
    from selfcare.app.support.port import SignIn

    if arguments.word == "register":
        needs = await port.register(arguments.mail)
    elif arguments.word == "confirm":
        needs = await port.confirm(arguments.code)
    elif arguments.word == "token":
        needs = await port.token(sys.stdin.readline(20_000).strip())
    else:
        needs = await port.sign_in(lambda address: _tell(catalogue, address))
    if arguments.json:
        out.line(
            json.dumps({"schema": "selfcare.sign-in/1", "needs": needs.sign_in.value, "fields": list(needs.fields)})
        )
    else:
        out.line(catalogue.text(f"ticket.sign_in.{needs.sign_in.value}"))
    if needs.sign_in is SignIn.NOTHING:
        await port.flush()  # what waited for it
    done = needs.sign_in is SignIn.NOTHING or (arguments.word == "register" and needs.sign_in is SignIn.CODE)
    return ExitCode.OK if done else ExitCode.NEEDS_PRIVILEGE


def _tell(catalogue: Catalogue, address: str) -> None:
    sys.stderr.write(f"{catalogue.text('ticket.open_page')}\n{address}\n")
    sys.stderr.flush()

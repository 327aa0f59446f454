"""What this desk writes to people: a code, and that there is something to read. Never what is in a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid

from selfcare.i18n import Catalogue
from selfcare.i18n.catalogue import DESK


@dataclass(frozen=True, slots=True)
class Letter:
    """``once``: what it is about; a letter of the same that is still waiting is replaced by this one.

    ``message_id``, ``at`` (ms): of one that was kept, the same at each try.
    """

    to: str
    subject: str
    text: str
    once: str = ""
    message_id: str = ""
    at: int = 0


def confirmation(operator: str, to: str, code: str, language: str) -> Letter:
    """The code that confirms an install. It stands in the text alone: subjects are shown on locked screens.

    None takes another's place: it may be another PC's of the same mailbox.
    """
    words = Catalogue(language, DESK)
    spaced = f"{code[: len(code) // 2]} {code[len(code) // 2 :]}"
    text = words.text("intake.letter.code.text", operator=operator, code=spaced)
    return Letter(to, words.text("intake.letter.code.subject", operator=operator), text)


def hint(operator: str, to: str, ref: str, asks: bool, language: str) -> Letter:
    """The desk wrote, or asks for something: the app has it. What it says does not go by mail."""
    words, kind = Catalogue(language, DESK), "asks" if asks else "wrote"
    text = words.text(f"intake.letter.{kind}.text", operator=operator, ref=ref)
    return Letter(to, words.text(f"intake.letter.{kind}.subject", operator=operator, ref=ref), text, f"hint:{ref}")


def written(letter: Letter, sender: str) -> EmailMessage:
    """As it goes out; machines are told not to answer it (RFC 3834)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, letter.to, _line(letter.subject)
    mail["Date"] = formatdate(letter.at / 1000 if letter.at else None, localtime=False)
    domain = sender.rpartition("@")[2].strip("> ")
    fresh = make_msgid(domain=domain if domain.isascii() and domain else "invalid")
    mail["Message-ID"] = letter.message_id or fresh
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    return mail


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]

"""From what somebody typed to the value that is meant. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from selfcare.model.guide import Ask, Guide, Kind, Value


class AnswerError(ValueError):
    """``guide.answer.<code>``: what is wrong with it, in a sentence of the catalogue filled with ``values``."""

    def __init__(self, code: str, **values: object) -> None:
        self.code, self.values = code, values
        super().__init__(code)


def read_answer(step: Ask, text: str, choices: tuple[str, ...]) -> Value:
    """Raises ``AnswerError``."""
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in text):  # of a terminal in another encoding
        raise AnswerError("bad_text")
    text = text if step.kind is Kind.NETWORK_KEY else text.strip()
    if not text:
        raise AnswerError("needed")
    if step.kind is Kind.CHOICE:
        if text not in choices:
            raise AnswerError("no_such_choice", choices=", ".join(choices))
        return text
    return _READERS[step.kind](text)


def check_given(guide: Guide, given: Mapping[str, str]) -> None:
    """Answers of the command line, before anything begins: each as if it were typed at a step that asks for it.

    Raises:
        AnswerError: nobody asks for it, it cannot be meant, or it is a key (others see the words of a command).
    """
    for name, text in given.items():
        steps = [one for one in guide.steps.values() if isinstance(one, Ask) and one.answer == name]
        if not steps:
            raise AnswerError("nobody_asks", name=name)
        if any(one.kind is Kind.NETWORK_KEY for one in steps):
            raise AnswerError("key_given", name=name)
        _fits_one(steps, text)


def _fits_one(steps: list[Ask], text: str) -> None:
    wrong: AnswerError | None = None
    for step in steps:
        try:
            if text or not step.optional:
                read_answer(step, text, tuple(choice.id for choice in step.choices))
            return
        except AnswerError as error:
            wrong = wrong or error
    assert wrong is not None
    raise wrong


def _text(text: str) -> Value:
    if len(text) > 200 or any(ord(sign) < 32 for sign in text):
        raise AnswerError("bad_text")
    return text


def _network_name(text: str) -> Value:
    """32 bytes: IEEE 802.11, 9.4.2.2."""
    if not 1 <= len(text.encode()) <= 32 or any(ord(sign) < 32 for sign in text):
        raise AnswerError("bad_network_name")
    return text


def _network_key(text: str) -> Value:
    """8 to 63 printable ASCII signs: IEEE 802.11, annex J.4."""
    if not 8 <= len(text) <= 63 or not all(32 <= ord(sign) < 127 for sign in text):
        raise AnswerError("bad_network_key")
    return text


def _ports(text: str) -> Value:
    found = re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= 65535:
        raise AnswerError("bad_port", text=text)
    return f"{first}-{last}" if last > first else str(first)


def _address(text: str) -> Value:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise AnswerError("bad_address", text=text) from error


def _hours(text: str) -> Value:
    """0: no end."""
    try:
        hours = float(text.replace(",", "."))
    except ValueError as error:
        raise AnswerError("bad_hours", text=text) from error
    if not 0 <= hours <= 24 * 30:
        raise AnswerError("bad_hours", text=text)
    return hours


def _timetable(text: str) -> Value:
    """``mo-fr 21:00-07:00; sa 23:00-08:00``: when there is no Internet."""
    from selfcare.app.box_wishes import WishError, slot

    try:
        for part in text.split(";"):
            slot(part)
    except WishError as error:
        raise AnswerError("bad_timetable", text=text) from error
    return text


def _channel(text: str) -> Value:
    """0: automatic. The numbers of IEEE 802.11, all bands."""
    if text.lower() in ("auto", "0"):
        return 0
    if not text.isdecimal() or not 1 <= int(text) <= 233:
        raise AnswerError("bad_channel", text=text)
    return int(text)


_READERS: Mapping[Kind, Callable[[str], Value]] = {
    Kind.TEXT: _text, Kind.NETWORK_NAME: _network_name, Kind.NETWORK_KEY: _network_key, Kind.PORTS: _ports,
    Kind.ADDRESS: _address, Kind.DEVICE: _text, Kind.HOURS: _hours, Kind.TIMETABLE: _timetable, Kind.CHANNEL: _channel,
}  # fmt: skip

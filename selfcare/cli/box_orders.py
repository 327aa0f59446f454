"""The words that change the box and their options; each becomes a wish by what the box tells now."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from selfcare.app.services import Services
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.app.box_change import BoxChanges
    from selfcare.app.box_wishes import WishError
    from selfcare.boxes.secret import Secret
    from selfcare.model.box import Wish

_MOST = 256
_MOST_HOURS = 24 * 365
Words = argparse._SubParsersAction
Make = Callable[["BoxChanges", argparse.Namespace, "Secret | None"], Awaitable["Wish"]]
Run = Callable[[argparse.Namespace, Services, "Order"], int]


@dataclass(frozen=True, slots=True)
class Order:
    """``wish`` reads what it needs from the box."""

    wish: Make

    def secret(self, arguments: argparse.Namespace, catalogue: Catalogue) -> Secret | None:
        """A new key where one is wanted: typed twice, or one line of standard input. Raises ``WishError``."""
        import getpass

        from selfcare.app.box_wishes import WishError
        from selfcare.boxes.secret import Secret

        if not getattr(arguments, "new_key", False):
            return None
        if not sys.stdin.isatty():
            typed = sys.stdin.readline(_MOST).rstrip("\r\n")
        else:
            typed = getpass.getpass(catalogue.text("cli.box.ask_key"))
            if getpass.getpass(catalogue.text("cli.box.ask_key_again")) != typed:
                raise WishError("keys_differ")
        if not typed:
            raise WishError("no_key")
        return Secret(typed)


def usage(error: WishError, catalogue: Catalogue) -> int:
    """It is not clear what is meant."""
    sys.stderr.write("selfcare: " + catalogue.text(f"box.wish.{error.code}", **error.values) + "\n")
    return ExitCode.USAGE


def add_orders(words: Words[argparse.ArgumentParser], catalogue: Catalogue, run: Run) -> None:
    """To the words that read, what they change; and the words that only change."""
    from selfcare.cli.box import add_word

    for name, orders in ORDERS.items():
        parser = words.choices.get(name)
        reads = parser.get_default("run") if parser is not None else None
        if parser is None:
            parser = add_word(words, name, catalogue, lambda _arguments, _services: ExitCode.USAGE)
        if None not in orders:
            many = "?" if reads is not None else None
            parser.add_argument("action", nargs=many, choices=tuple(orders), help=catalogue.text(f"cli.box.do.{name}"))
        _OPTIONS[name](parser, catalogue)
        parser.add_argument("--yes", action="store_true", help=catalogue.text("cli.box.yes"))
        parser.set_defaults(run=_chosen(orders, reads, run))


def _chosen(
    orders: Mapping[str | None, Order], reads: Callable[[argparse.Namespace, Services], int] | None, run: Run
) -> Callable[[argparse.Namespace, Services], int]:
    def chosen(arguments: argparse.Namespace, services: Services) -> int:
        action = getattr(arguments, "action", None)
        if action is None and reads is not None:
            return reads(arguments, services)
        return run(arguments, services, orders[action])

    return chosen


# -- options -----------------------------------------------------------------------------------------


def _wifi_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    parser.add_argument("--name", metavar="NAME", help=text("cli.box.opt.name"))
    parser.add_argument("--new-key", action="store_true", help=text("cli.box.opt.new_key"))
    parser.add_argument("--channel", type=_number, metavar="auto|N", help=text("cli.box.opt.channel"))
    parser.add_argument("--width", type=_number, metavar="auto|MHZ", help=text("cli.box.opt.width"))
    parser.add_argument("--band", choices=("2.4", "5", "6"), help=text("cli.box.opt.band"))


def _guest_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    parser.add_argument("--name", metavar="NAME", help=text("cli.box.opt.name"))
    parser.add_argument("--new-key", action="store_true", help=text("cli.box.opt.new_key"))
    parser.add_argument("--hours", type=float, metavar="N", help=text("cli.box.opt.hours"))


def _parental_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    parser.add_argument("device", nargs="?", metavar="DEVICE", help=text("cli.box.opt.device"))
    parser.add_argument("--hours", type=float, metavar="N", help=text("cli.box.opt.hours_block"))
    parser.add_argument("--no-internet", action="append", metavar="TIMES", default=[], help=text("cli.box.opt.slot"))


def _forward_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    text = catalogue.text
    parser.add_argument("ports", nargs="?", metavar="PORT[-PORT]", help=text("cli.box.opt.ports"))
    parser.add_argument("--to", metavar="DEVICE", help=text("cli.box.opt.to"))
    parser.add_argument("--to-port", type=int, metavar="PORT", help=text("cli.box.opt.to_port"))
    parser.add_argument("--protocol", choices=("tcp", "udp", "both"), help=text("cli.box.opt.protocol"))
    parser.add_argument("--name", metavar="NAME", help=text("cli.box.opt.rule_name"))


def _reservation_options(parser: argparse.ArgumentParser, catalogue: Catalogue) -> None:
    parser.add_argument("device", metavar="DEVICE", help=catalogue.text("cli.box.opt.device"))
    parser.add_argument("ip", nargs="?", metavar="ADDRESS", help=catalogue.text("cli.box.opt.reserved"))


def _nothing(_parser: argparse.ArgumentParser, _catalogue: Catalogue) -> None:
    return None


def _number(word: str) -> int:
    return 0 if word.lower() == "auto" else int(word)


# -- wishes ------------------------------------------------------------------------------------------


def _wifi(enable: bool | None) -> Order:
    async def wish(changes: BoxChanges, asked: argparse.Namespace, secret: Secret | None) -> Wish:
        from selfcare.app.box_wishes import WifiOrder, WishError, wifi

        key = secret.reveal() if secret else None
        order = WifiOrder(enable, asked.name, key, asked.channel, asked.width, asked.band)
        if enable is None and (asked.name, key, asked.channel, asked.width) == (None,) * 4:
            raise WishError("nothing_asked")
        return wifi(await _told(changes, "wifi"), order)

    return Order(wish)


def _guest(enable: bool | None) -> Order:
    async def wish(changes: BoxChanges, asked: argparse.Namespace, secret: Secret | None) -> Wish:
        from selfcare.app.box_wishes import WishError, guest

        seconds = _seconds(asked.hours, least=0)  # 0: no end
        if enable is None and (asked.name, secret, seconds) == (None,) * 3:
            raise WishError("nothing_asked")
        now = await _told(changes, "guest")
        return guest(now, enable, asked.name, secret.reveal() if secret else None, seconds)

    return Order(wish)


def _seconds(hours: float | None, least: float = 1 / 60) -> float | None:
    """Of hours as somebody typed them. Raises ``WishError`` for what is no time (``nan``, ``inf``, less than none)."""
    from selfcare.app.box_wishes import WishError

    if hours is None:
        return None
    if not least <= hours <= _MOST_HOURS:
        raise WishError("bad_hours", most=_MOST_HOURS)
    return hours * 3600


async def _told(changes: BoxChanges, reading: str) -> Any:
    """One reading of the box by its port's name. Raises ``BoxError`` where it does not tell."""
    from selfcare.app.box_kinds.kind import told
    from selfcare.model.box import Capability

    return told(await changes.look(Capability(reading), lambda session: getattr(session, reading)()))


async def _mac(changes: BoxChanges, text: str | None) -> str:
    from selfcare.app.box_wishes import WishError

    if text is None:
        raise WishError("which_device_at_all")
    return str((await _host(changes, text)).phys_address).lower()


async def _host(changes: BoxChanges, text: str) -> Any:
    from selfcare.app.box_wishes import device
    from selfcare.boxes.errors import BoxError

    try:
        hosts = await _told(changes, "hosts")
    except BoxError:
        hosts = ()  # a box that does not tell its devices: a hardware address will do
    return device(text, hosts)


def _parental(rule: str, planned: bool = False) -> Order:
    async def wish(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
        from selfcare.app.box_wishes import WishError, parental, slot
        from selfcare.model.box import ParentalRule

        mac = await _mac(changes, asked.device)
        control = await _told(changes, "parental")
        slots = tuple(slot(text) for text in asked.no_internet) if planned else None
        if planned and not slots:
            raise WishError("no_slot")
        left = _seconds(asked.hours)
        end = None if left is None else datetime.now(UTC) + timedelta(seconds=left)
        return parental(control, mac, ParentalRule(rule), end, slots)

    return Order(wish)


async def _no_plan(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.app.box_wishes import parental
    from selfcare.model.box import ParentalRule

    mac = await _mac(changes, asked.device)
    control = await _told(changes, "parental")
    return parental(control, mac, ParentalRule.PLANNED, None, ())


async def _forward_add(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.app.box_wishes import WishError, forward
    from selfcare.model.box import Protocol

    if asked.ports is None or asked.to is None:
        raise WishError("forward_needs")
    host = None if _is_address(asked.to) else await _host(changes, asked.to)
    address = asked.to if host is None else host.ip_address
    if address is None:
        raise WishError("no_address", text=asked.to)
    rules = await _told(changes, "forwards")
    return forward(rules, asked.ports, Protocol(asked.protocol or "tcp"), address, asked.to_port, asked.name)


async def _forward_remove(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.app.box_wishes import WishError, no_forward
    from selfcare.model.box import Protocol

    if asked.ports is None:
        raise WishError("forward_needs")
    rules = await _told(changes, "forwards")
    return no_forward(rules, asked.ports, Protocol(asked.protocol) if asked.protocol else None)


async def _reserve(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.app.box_wishes import WishError
    from selfcare.model.box import Reservation, ReservationWish

    host = await _host(changes, asked.device)
    address = asked.ip or host.ip_address
    if address is None:
        raise WishError("no_address", text=asked.device)
    return ReservationWish(Reservation(host.phys_address.lower(), address, host.host_name))


async def _unreserve(changes: BoxChanges, asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.model.box import Reservation, ReservationWish

    return ReservationWish(Reservation(await _mac(changes, asked.device), ""), remove=True)


async def _restart(_changes: BoxChanges, _asked: argparse.Namespace, _secret: Secret | None) -> Wish:
    from selfcare.model.box import RebootWish

    return RebootWish()


def _is_address(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


ORDERS: Mapping[str, Mapping[str | None, Order]] = {
    "wifi": {"set": _wifi(None), "on": _wifi(True), "off": _wifi(False)},
    "guest": {"on": _guest(True), "off": _guest(False), "set": _guest(None)},
    "parental": {
        "block": _parental("blocked"),
        "allow": _parental("allowed"),
        "release": _parental("planned"),
        "plan": _parental("planned", planned=True),
        "clear": Order(_no_plan),
    },
    "forward": {"add": Order(_forward_add), "remove": Order(_forward_remove)},
    "reservation": {"add": Order(_reserve), "remove": Order(_unreserve)},
    "reboot": {None: Order(_restart)},
}

_OPTIONS: Mapping[str, Callable[[argparse.ArgumentParser, Catalogue], None]] = {
    "wifi": _wifi_options,
    "guest": _guest_options,
    "parental": _parental_options,
    "forward": _forward_options,
    "reservation": _reservation_options,
    "reboot": _nothing,
}

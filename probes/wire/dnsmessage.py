"""Building a DNS question and reading its answer, with dnspython."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfcare.model.payloads.dns import DnsStatus, NameKind

if TYPE_CHECKING:
    import dns.message


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``rdclass`` is "CH" for what a server says about itself.

    ``edns`` invites the server to say more (RFC 6891): why it does not answer, above all.
    """

    name: str
    kind: NameKind
    rrtype: str = "A"
    rdclass: str = "IN"
    edns: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a datagram meant. ``ours`` is False for a datagram that answers something else."""

    status: DnsStatus
    addresses: tuple[str, ...] = ()
    ours: bool = True
    truncated: bool = False
    texts: tuple[str, ...] = ()
    extended_error: int | None = None


NOT_OURS = Reply(DnsStatus.MALFORMED, ours=False)
_TC = 0x02
_QR = 0x80
_HEADER = 12
_MAX_ADDRESSES = 16
_MAX_TEXT = 200
# What every network carries in one packet (DNS flag day 2020).
_EDNS_BYTES = 1232


def build(question: Question) -> tuple[int, bytes]:
    """A query with a fresh random id, and its id."""
    import dns.flags
    import dns.message

    number = secrets.randbelow(0x10000)
    query = dns.message.make_query(question.name, question.rrtype, question.rdclass, id=number)
    query.flags = dns.flags.Flag.RD
    if question.edns:
        query.use_edns(0, payload=_EDNS_BYTES)
    return number, query.to_wire()


def read(wire: bytes, number: int, question: Question) -> Reply:
    """The meaning of a datagram that came from the server's own address and port.

    Another id or another question is not our answer (an old or forged one); our id on
    something unreadable is ``MALFORMED``.
    """
    if len(wire) < _HEADER or int.from_bytes(wire[:2], "big") != number or not wire[2] & _QR:
        return NOT_OURS
    if wire[2] & _TC:
        # Whatever a truncated answer holds may be cut in the middle: ask again over TCP.
        return Reply(DnsStatus.MALFORMED, truncated=True)
    try:
        return _interpret(wire, question)
    except Exception:
        # Hostile bytes: dnspython names most errors, but any escape means the same to us.
        return Reply(DnsStatus.MALFORMED)


def _interpret(wire: bytes, question: Question) -> Reply:
    import dns.message
    import dns.name
    import dns.opcode
    import dns.rcode
    import dns.rdataclass
    import dns.rdatatype

    message = dns.message.from_wire(wire)
    rcode = message.rcode()
    if message.opcode() is not dns.opcode.QUERY:
        return Reply(DnsStatus.MALFORMED)
    asked = message.question
    if not asked and rcode is not dns.rcode.NOERROR:
        # Some forwarders send REFUSED or FORMERR with the question left out.
        return Reply(_STATUS.get(rcode.name, DnsStatus.OTHER_RCODE))
    if len(asked) != 1 or asked[0].name != dns.name.from_text(question.name):
        return NOT_OURS
    wanted = dns.rdatatype.from_text(question.rrtype)
    if asked[0].rdtype != wanted or asked[0].rdclass != dns.rdataclass.from_text(question.rdclass):
        return NOT_OURS
    addresses: list[str] = []
    if question.rrtype in ("A", "AAAA"):
        addresses = [item.address for rrset in message.answer if rrset.rdtype == wanted for item in rrset]
    return Reply(
        _STATUS.get(rcode.name, DnsStatus.OTHER_RCODE),
        tuple(addresses[:_MAX_ADDRESSES]),
        texts=_texts(message) if question.rrtype == "TXT" else (),
        extended_error=_extended_error(message),
    )


def _texts(message: dns.message.Message) -> tuple[str, ...]:
    import dns.rdatatype

    found = [item for rrset in message.answer if rrset.rdtype == dns.rdatatype.TXT for item in rrset]
    return tuple(b"".join(item.strings).decode("utf-8", "replace")[:_MAX_TEXT] for item in found[:_MAX_ADDRESSES])


def _extended_error(message: dns.message.Message) -> int | None:
    """The first code of RFC 8914: 16 is "censored", an order from outside the server's operator."""
    import dns.edns

    found = [int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)]
    return found[0] if found else None


_STATUS = {
    "NOERROR": DnsStatus.NOERROR,
    "NXDOMAIN": DnsStatus.NXDOMAIN,
    "SERVFAIL": DnsStatus.SERVFAIL,
    "REFUSED": DnsStatus.REFUSED,
}

"""Port mappings by PCP, or NAT-PMP where the box speaks only that. It lists none: those made here are remembered."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.figures import ipv4, is_public, is_shared
from selfcare.boxes.natpmp import packets
from selfcare.boxes.natpmp.client import DETECT_S, USE_S, Asker
from selfcare.boxes.natpmp.packets import NATPMP, PCP, Reply
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.model.box import Absent, BoxFamily, DeviceInfo, PortMapping, Protocol, WanStatus, Why
from selfcare.model.units import Seconds

LONGEST = 604_800
"""Seconds asked for where a mapping shall stay: neither protocol has "for ever", and a box gives what it likes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A mapping that the box confirmed: until when by our clock, and what proves that it is ours (PCP)."""

    mapping: PortMapping
    until: float
    nonce: bytes | None


async def detect(asker: Asker) -> DeviceInfo:
    """Who answers, within a second: either says its own version to the other's question (RFC 6887 appendix A)."""
    reply = await asker.ask(packets.ask_address(), _about_address, DETECT_S)
    return DeviceInfo(BoxFamily.NATPMP, api_version="NAT-PMP" if reply.version == NATPMP else "PCP")


def _about_address(reply: Reply) -> bool:
    return reply.opcode == packets.ADDRESS_OP or reply.result == packets.UNSUPPORTED_VERSION


class NatPmpSession:
    """``restarted``: the box began anew since the first answer, and everything mapped is gone."""

    family = BoxFamily.NATPMP
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        self._asker = Asker(place)
        self._kept: dict[tuple[Protocol, int], Kept] = {}
        self._pcp: bool | None = None
        self._writing = asyncio.Lock()

    @property
    def restarted(self) -> bool:
        """By its epoch, which went back."""
        return self._asker.restarts > 0

    async def log_in(self, credential: Secret) -> None:
        """There is nothing to log in to."""
        raise BoxError(BoxErrorCode.UNSUPPORTED)

    async def close(self) -> None:
        """Mappings stay until their time is over."""
        await self._asker.close()

    async def device(self) -> DeviceInfo:
        """It has no name: only which protocol answers."""
        return await detect(self._asker)

    async def wan(self) -> WanStatus | Absent:
        """The public address. "Network failure" is no session, a shared address or another router: it does not say."""
        reply = await self._ask(packets.ask_address(), _about_address)
        if reply.version != NATPMP or reply.result == packets.UNSUPPORTED_VERSION:
            return Absent(Why.CANNOT)
        code = packets.NATPMP_CODES.get(reply.result)
        if reply.result and code is not BoxErrorCode.NO_PUBLIC_ADDRESS:
            return Absent(Why.REFUSED, (code or BoxErrorCode.REFUSED).value)
        address = ipv4(reply.address)
        return WanStatus(
            ipv4_address=address,
            public_ipv4=is_public(address) if address is not None else None,
            shared_ipv4=True if address is not None and is_shared(address) else None,
        )

    async def forwards(self) -> tuple[PortMapping, ...] | Absent:
        """Those made through this session that the box confirmed, still has time for, and did not lose in a restart."""
        if self._kept:
            await self._ask(
                packets.ask_announce(self._asker.here) if self._pcp else packets.ask_address(), _about_address
            )
        now = time.monotonic()
        self._kept = {key: one for key, one in self._kept.items() if one.until > now}
        return tuple(replace(x.mapping, lease=Seconds(round(x.until - now))) for x in self._kept.values())

    async def put_forward(self, mapping: PortMapping) -> None:
        """Makes or renews it. The wanted external port or none: another one is given back and is a ``CONFLICT``."""
        await self._asker.open()
        self._check(mapping)
        old = next((one.mapping for one in self._kept.values() if one.mapping.id == mapping.id), None)
        async with self._writing:
            done: list[Protocol] = []
            for protocol in _both(mapping.protocol):
                try:
                    await self._make(mapping, protocol)
                except BoxError as error:
                    for one in done:
                        await self._take(one, mapping.internal_port, mapping.id)
                    raise await self._why(error) from None
                done.append(protocol)
            if old is not None and old.internal_port != mapping.internal_port:
                await self._take(old.protocol, old.internal_port, old.id)

    async def delete_forward(self, mapping: PortMapping) -> None:
        """By its internal port, as both protocols have it."""
        await self._asker.open()
        async with self._writing:
            for protocol in _both(mapping.protocol):
                await self._take(protocol, mapping.internal_port, mapping.id)

    async def _why(self, error: BoxError) -> BoxError:
        """A common daemon says "no resources" by PCP where NAT-PMP tells that it has no public address."""
        if error.code is not BoxErrorCode.FULL or not self._pcp:
            return error
        try:
            reply = await self._ask(packets.ask_address(), _about_address, DETECT_S)
        except BoxError:
            return error
        lacking = reply.version == NATPMP and packets.NATPMP_CODES.get(reply.result) is BoxErrorCode.NO_PUBLIC_ADDRESS
        return BoxError(BoxErrorCode.NO_PUBLIC_ADDRESS, number=error.values.get("number")) if lacking else error

    def _check(self, mapping: PortMapping) -> None:
        if mapping.internal_client != self._asker.here:
            raise BoxError(BoxErrorCode.OTHER_DEVICE)
        if mapping.last != mapping.external_port or mapping.remote_host or not mapping.enable:
            raise BoxError(BoxErrorCode.UNSUPPORTED)

    async def _make(self, mapping: PortMapping, protocol: Protocol) -> None:
        """An internal port has one mapping: another external port means the old one goes, and comes back on refusal."""
        before = self._kept.get((protocol, mapping.internal_port))
        if before is None or before.mapping.external_port == mapping.external_port:
            await self._ask_for(mapping, protocol, before.nonce if before else None)
            return
        await self._take(protocol, mapping.internal_port, before.mapping.id)
        try:
            await self._ask_for(mapping, protocol, None)
        except BoxError:
            await self._ask_for(before.mapping, protocol, before.nonce)
            raise

    async def _ask_for(self, mapping: PortMapping, protocol: Protocol, nonce: bytes | None) -> None:
        internal, lifetime = mapping.internal_port, int(mapping.lease or LONGEST)
        nonce = nonce or _nonce(mapping.id) or secrets.token_bytes(12)
        reply = await self._map(protocol, internal, mapping.external_port, lifetime, nonce)
        proof = nonce if reply.version == PCP else None
        name = _id(protocol, internal, proof)
        if reply.external != mapping.external_port:
            await self._take(protocol, internal, name)
            raise BoxError(BoxErrorCode.CONFLICT, port=mapping.external_port)
        made = replace(mapping, protocol=protocol, id=name, origin="pcp" if proof else "natpmp", description=None)
        until = time.monotonic() + (reply.lifetime or 0)
        self._kept[protocol, internal] = Kept(made, until, proof)

    async def _take(self, protocol: Protocol, internal: int, name: str | None) -> None:
        kept = self._kept.get((protocol, internal))
        nonce = kept.nonce if kept is not None else _nonce(name)
        if nonce is None and (kept is not None or (name or "").startswith("natpmp:")):
            self._pcp = False  # it was made by NAT-PMP
        await self._map(protocol, internal, 0, 0, nonce or secrets.token_bytes(12))
        self._kept.pop((protocol, internal), None)

    async def _map(self, protocol: Protocol, internal: int, external: int, lifetime: int, nonce: bytes) -> Reply:
        """By PCP first, unless this box is known not to speak it."""
        if self._pcp is not False:
            reply = await self._pcp_map(protocol, internal, external, lifetime, nonce)
            if reply is not None:
                return _granted(reply)
        question = packets.ask_map(protocol, internal, external, lifetime)

        def ours(reply: Reply) -> bool:
            opcode = reply.version == NATPMP and reply.opcode == question[1]
            return (opcode and (bool(reply.result) or reply.internal == internal)) or _not_that_version(reply)

        return _granted(await self._ask(question, ours))

    async def _pcp_map(
        self, protocol: Protocol, internal: int, external: int, lifetime: int, nonce: bytes
    ) -> Reply | None:
        def ours(reply: Reply) -> bool:
            if reply.version != PCP or reply.opcode != packets.MAP:
                return _not_that_version(reply)
            # A refusal copies the request too (§7.4), so the nonce tells ours from a stranger's guess.
            return (reply.nonce, reply.protocol, reply.internal) == (nonce, protocol, internal)

        limit = USE_S if self._pcp else DETECT_S
        for exact in (True, False) if lifetime else (False,):
            question = packets.ask_pcp_map(self._asker.here, nonce, protocol, internal, external, lifetime, exact=exact)
            try:
                reply = await self._ask(question, ours, limit)
            except BoxError as error:
                # Old boxes are silent at what they do not know.
                if error.code is not BoxErrorCode.TOO_SLOW or self._pcp:
                    raise
                self._no_pcp()
                return None
            if _not_that_version(reply):
                self._no_pcp()
                return None
            self._pcp = True
            if not (exact and reply.result == packets.UNSUPPORTED_OPTION):
                break
        return reply

    def _no_pcp(self) -> None:
        """From another port from now on: a late copy of the refusal would look like the answer to the next question."""
        self._pcp = False
        self._asker.move()

    async def _ask(self, question: bytes, wanted: Callable[[Reply], bool], limit_s: float | None = None) -> Reply:
        before = self._asker.restarts
        reply = await self._asker.ask(question, wanted, limit_s or USE_S)
        if self._asker.restarts != before:
            self._kept.clear()
        return reply


def _not_that_version(reply: Reply) -> bool:
    """How a box of the other protocol answers (RFC 6887 appendix A, RFC 6886 §3.5)."""
    return reply.result == packets.UNSUPPORTED_VERSION


def _granted(reply: Reply) -> Reply:
    """Raises what the box's result says."""
    if reply.result:
        codes = packets.PCP_CODES if reply.version == PCP else packets.NATPMP_CODES
        raise BoxError(codes.get(reply.result, BoxErrorCode.REFUSED), number=reply.result)
    return reply


def _both(protocol: Protocol) -> tuple[Protocol, ...]:
    return (Protocol.TCP, Protocol.UDP) if protocol is Protocol.BOTH else (protocol,)


def _id(protocol: Protocol, internal: int, nonce: bytes | None) -> str:
    """Whoever has it may take the mapping away, in a later session too: PCP wants the nonce for that."""
    return f"pcp:{protocol.value}:{internal}:{nonce.hex()}" if nonce else f"natpmp:{protocol.value}:{internal}"


def _nonce(name: str | None) -> bytes | None:
    parts = (name or "").split(":")
    if len(parts) != 4 or parts[0] != "pcp":
        return None
    try:
        nonce = bytes.fromhex(parts[3])
    except ValueError:
        return None
    return nonce if len(nonce) == 12 else None

"""``box.page``: what the box shows, and whether it answers in the place of the Internet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass

from probes.framework import ProbeContext, probe
from probes.hostnet.gateways import box_config
from probes.wire.httpmessage import MAX_HEAD
from probes.wire.sockets import Failure, endpoint, meaning, new_socket
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.reach import BoxPage, BoxPagePayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 0.8
# Whoever completes a connection whose packets live for one hop only is the box, whatever address it takes.
_NEAREST = 1
_NEAREST_S = 0.4
# What a box says of itself stands at the top.
_MOST = 8 * 1024
# As boxes and operators word it; plain lower case, compared without accents lost.
_BLOCKED = (
    "contrôle parental", "controle parental", "parental control", "accès bloqué", "acces bloque", "access blocked",
    "accès internet bloqué", "accès suspendu par", "appareil bloqué", "internet est coupé pour cet appareil",
)  # fmt: skip
_ACTIVATION = (
    "activez votre", "activation de votre", "mise en service de votre", "activate your", "ligne n'est pas",
    "pas de connexion internet", "internet indisponible", "no internet connection", "not connected to the internet",
)  # fmt: skip
_BOX = (
    "livebox", "freebox", "bbox", "sfr box", "neufbox", "ma box", "votre box", "your box", "interface d'administration",
    "router login", "configuration du routeur",
)  # fmt: skip
_SIGN_IN = (
    "numéro de chambre", "numero de chambre", "room number", "conditions d'utilisation", "conditions générales",
    "terms of use", "terms of service", "terms and conditions", "voucher", "se connecter au wi-fi", "wifi gratuit",
    "wi-fi gratuit", "free wi-fi", "free wifi", "portail captif", "captive portal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int | None
    text: str
    location: str | None
    failure: Failure | None = None


@probe(
    ProbeSpec(
        id="box.page",
        version=1,
        layer=Layer.GATEWAY,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("box_refuses_device",),
        cost=ProbeCost(bytes_up=2000, bytes_down=3 * _MOST),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> BoxPagePayload:
    """The box's first page, and beside it a request to the Internet that cannot get past the box. At most 0.8 s."""
    addressing = ctx.need("addr.lease", AddressPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), ctx.get("link.interfaces", LinkPayload))
    gateway = config.gateway4 if config else None
    if gateway is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    outside = next((a.address for a in ctx.profile.anchors if ":" not in a.address), None)
    host = ctx.profile.endpoints[0].host if ctx.profile.endpoints else gateway
    end = time.monotonic() + DEADLINE_S
    own, instead = await asyncio.gather(_get(gateway, gateway, "/", end), _instead(outside, host, end))
    if instead is not None and instead.location is not None:
        there, _, path = instead.location.removeprefix("http://").partition("/")
        if there.partition(":")[0] == gateway:
            instead = await _get(gateway, gateway, "/" + path, end)
    return BoxPagePayload(kind(own), kind(instead) if instead is not None else None, own.status)


async def _instead(outside: str | None, host: str, end: float) -> _Reply | None:
    """None when nobody nearer than the Internet answers for it, as it should be."""
    if outside is None:
        return None
    reply = await _get(outside, host, "/", end, hops=_NEAREST)
    return reply if reply.status is not None else None


def kind(reply: object) -> BoxPage:
    """What a reply is, by its status and its words."""
    assert isinstance(reply, _Reply)
    if reply.status is None:
        return BoxPage.REFUSED if reply.failure in (Failure.REFUSED, Failure.RESET) else BoxPage.SILENT
    return words(reply.text, reply.location)


def words(text: str, location: str | None) -> BoxPage:
    """What a page says, in the words boxes use."""
    low = text.lower().replace("\u2019", "'")
    if any(word in low for word in _BLOCKED):
        return BoxPage.BLOCKED
    if any(word in low for word in _ACTIVATION):
        return BoxPage.ACTIVATION
    told = {k for k, known in ((BoxPage.BOX, _BOX), (BoxPage.SIGN_IN, _SIGN_IN)) if any(w in low for w in known)}
    if len(told) == 1:
        return told.pop()
    return BoxPage.ELSEWHERE if location else BoxPage.ORDINARY


async def _get(address: str, host: str, path: str, end: float, hops: int | None = None) -> _Reply:
    data = b""
    failure: Failure | None = None
    try:
        family, target = endpoint(address, 80)
        with contextlib.closing(new_socket(family, socket.SOCK_STREAM)) as sock:
            if hops is not None:
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
                end = min(end, time.monotonic() + _NEAREST_S)
            async with asyncio.timeout(max(end - time.monotonic(), 0.01)):
                loop = asyncio.get_running_loop()
                await loop.sock_connect(sock, target)
                await loop.sock_sendall(sock, _request(host, path))
                while len(data) < _MOST and (chunk := await loop.sock_recv(sock, _MOST - len(data))):
                    data += chunk
    except OSError as error:
        failure = meaning(error)
    return parse(data, failure)


def _request(host: str, path: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: selfcare",
        "Accept: */*",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii", "replace")


def parse(data: bytes, failure: Failure | None = None) -> _Reply:
    """Status, place to go and text of whatever a web server said."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head[:MAX_HEAD].decode("latin-1").split("\r\n")
    words_ = lines[0].split(" ", 2)
    if len(words_) < 2 or not words_[0].startswith("HTTP/") or not (words_[1].isascii() and words_[1].isdigit()):
        return _Reply(None, "", None, failure)
    fields = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines[1:])}
    return _Reply(int(words_[1][:3]), body.decode("utf-8", "replace"), fields.get("location"), failure)

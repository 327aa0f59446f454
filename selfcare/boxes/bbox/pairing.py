"""Recognising a Bbox and getting in with the password its owner chose."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator

from selfcare.boxes.bbox import parse
from selfcare.boxes.bbox.client import (
    BASE,
    HOST,
    Client,
    Manner,
    context,
    credential,
    fingerprint,
    is_bbox_refusal,
    is_plain,
)
from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import BoxFamily, DeviceInfo

_LIMIT_S = 1.5


async def recognise(place: Place) -> DeviceInfo | None:
    """``GET device``: old firmware tells it to anybody, newer ones refuse in words that only a Bbox uses."""
    with contextlib.suppress(BoxError):
        return await _ask(place, secure=place.port is not None and not is_plain(place))
    return None


async def _ask(place: Place, secure: bool) -> DeviceInfo | None:
    """Plain first: it names the family without a certificate; what is told is no secret and none is sent.

    A redirect to the box's own secure page is the newer firmware: asked there, whoever vouches for it.
    """
    try:
        return await _identity(Wire(place, host=HOST, base=BASE) if not secure else _blind(place))
    except BoxError as error:
        if secure or place.port is not None:
            raise
        if error.code not in (BoxErrorCode.REDIRECTED, BoxErrorCode.UNREACHABLE):
            return None
    return await _identity(_blind(place))


def _blind(place: Place) -> Wire:
    unverified = context()
    unverified.check_hostname, unverified.verify_mode = False, ssl.CERT_NONE
    return Wire(place, host=HOST, port=443, tls=unverified, base=BASE)


async def _identity(wire: Wire) -> DeviceInfo | None:
    async with wire:
        reply = await wire.request("GET", "device", limit_s=_LIMIT_S, most=64 * 1024)
    if is_bbox_refusal(reply):
        return DeviceInfo(BoxFamily.BBOX, manufacturer=None, api_version="1")
    if reply.status != 200:
        return None
    info = parse.device(reply.json())
    return info if info.product_class else None


async def pair(place: Place, password: Secret | None) -> AsyncIterator[PairingStep]:
    """One try with the password. Where no authority vouches for the box, its certificate is pinned from now on."""
    if not password:
        yield PairingStep(PairingState.WAITING, "box.pair.bbox.password")
        return
    kept = credential(password, await _manner(place))
    client = Client(place)
    try:
        await client.log_in(kept)
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_FAILED:
            raise
        yield PairingStep(PairingState.DENIED, "box.pair.bbox.refused")
        return
    finally:
        await client.close()
    yield PairingStep(PairingState.GRANTED, "box.pair.bbox.granted", kept)


async def _manner(place: Place) -> Manner:
    """Verified where an authority vouches; else the certificate shown now is pinned; plain only without any TLS."""
    if is_plain(place):
        return Manner()
    try:
        async with Wire(place, host=HOST, port=443, tls=context(), base=BASE) as wire:
            await wire.request("GET", "device", limit_s=_LIMIT_S, most=64 * 1024)
    except BoxError as error:
        if error.code is BoxErrorCode.UNTRUSTED:
            return Manner(pin=await fingerprint(place))
        if error.code is BoxErrorCode.UNREACHABLE:
            return Manner(plain=True)
    return Manner()

"""Asks somebody outside, named by the profile, to knock on a port of ours; believes of the answer what it must say."""

from __future__ import annotations

import ipaddress
import json
import ssl

from probes.wire import fetching
from selfcare.model.home_pc import Outside
from selfcare.model.profile import Vantage

LIMIT_S = 8.0
"""Seconds for the name, the way there, their three seconds of knocking, and the way back."""


async def from_outside(vantage: Vantage, port: int, protocol: str) -> Outside:
    """Never raises for what a network or a server does; an answer we do not understand says nothing."""
    context = ssl.create_default_context() if vantage.tls else None
    via = (vantage.addresses[0], vantage.port) if vantage.addresses else None
    target = f"{vantage.path}?port={port}&protocol={protocol}"
    answer = await fetching.get(vantage.host, vantage.port, target, LIMIT_S, context=context, via=via)
    return read(answer.text) if answer.status == 200 else Outside()


def read(text: str) -> Outside:
    """``{"open": true, "address": "90.1.2.3"}``; ``open`` may be null."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return Outside()
    if not isinstance(told, dict) or not isinstance(told.get("open"), bool | None):
        return Outside()
    try:
        address = str(ipaddress.ip_address(str(told["address"])))
    except (KeyError, ValueError):
        return Outside()
    return Outside(told.get("open"), address)

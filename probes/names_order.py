"""``names.order``: which address family programs of this PC try first for a name that has both."""

from __future__ import annotations

import ipaddress
import os
import socket
import subprocess
import sys
from pathlib import Path

from probes.framework import ProbeContext, probe
from probes.wire.threads import in_thread
from selfcare.model.payloads.naming import OrderPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec, Tier

# A process of its own: the C library reads its order once and keeps it.
_GETENT = Path("/usr/bin/getent")
_LIMIT_S = 2.0


@probe(
    ProbeSpec(
        id="names.order",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces",),
        answers=("ipv4_first",),
        cost=ProbeCost(bytes_up=400, bytes_down=1200),
        platforms=frozenset({Platform.LINUX, Platform.MACOS}),
        tier=Tier.DEEP,
        time_limit_ms=3000,
        called_by=("ipv6_impaired",),
    )
)
async def measure(ctx: ProbeContext) -> OrderPayload:
    """Looks one well-known name up as programs do. At most 2 s."""
    if not ctx.profile.fixed_names:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    text = await in_thread(_ask_here if sys.platform == "darwin" else _ask, ctx.profile.fixed_names[0])
    return OrderPayload(ctx.profile.fixed_names[0], families(text))


def _ask(name: str) -> str:
    try:
        done = subprocess.run(
            [str(_GETENT), "ahosts", name],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    return done.stdout.decode("utf-8", "replace")


def _ask_here(name: str) -> str:
    """As programs of a Mac ask: there, no process keeps an order of its own."""
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error
    return "\n".join(str(address[0]) for *_, address in found)


def families(text: str) -> tuple[int, ...]:
    """4 and 6 in the order of the lines; each address stands there once per kind of socket."""
    found: dict[str, int] = {}
    for line in text.splitlines():
        words = line.split()
        try:
            address = ipaddress.ip_address(words[0].split("%")[0]) if words else None
        except ValueError:
            continue
        if address is not None:
            found.setdefault(words[0], address.version)
    return tuple(found.values())

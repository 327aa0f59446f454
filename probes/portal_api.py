"""``portal.api``: the sign-in service the network announces (RFC 8910), asked whether we are let out (RFC 8908)."""

from __future__ import annotations

import json
from urllib.parse import SplitResult, urlsplit

from probes.framework import ProbeContext, probe
from probes.wire import trust
from probes.wire.fetching import Answer, get
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.online import ApiStatus, PortalApiPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 1.2
# RFC 8910 §2: what a network says that has no portal.
UNRESTRICTED = "urn:ietf:params:capport:unrestricted"
_TYPE = "application/captive+json"
_MAX_URL = 512


@probe(
    ProbeSpec(
        id="portal.api",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces", "addr.lease"),
        answers=("portal_api_captive",),
        cost=ProbeCost(bytes_up=2500, bytes_down=12_000),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> PortalApiPayload:
    """Asks only the address that the network itself offered with the lease. At most 1.2 s."""
    addresses = ctx.need("addr.lease", AddressPayload)
    config = addresses.get(addresses.primary)
    offered = config.lease.captive_portal if config is not None and config.lease is not None else None
    if offered is None:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    if offered == UNRESTRICTED:
        return PortalApiPayload(None, ApiStatus.UNRESTRICTED, captive=False)
    try:
        parts = urlsplit(offered)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        return PortalApiPayload(None, ApiStatus.MALFORMED)
    if parts.scheme != "https" or not host:
        # RFC 8908 §4 wants it secure; a plain one could be anybody's word.
        return PortalApiPayload(host, ApiStatus.NOT_SECURE)
    known = await in_thread(trust.read)
    answer = await get(host, port, _target(parts), DEADLINE_S, context=known.system, headers={"Accept": _TYPE})
    return judge(host, answer)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def judge(host: str, answer: Answer) -> PortalApiPayload:
    """The payload for an answer of the sign-in service."""
    if answer.bad_certificate:
        return PortalApiPayload(host, ApiStatus.CERTIFICATE)
    if not answer.connected or not answer.named:
        return PortalApiPayload(host, ApiStatus.SILENT)
    try:
        said = json.loads(answer.text) if answer.status == 200 and answer.kind == _TYPE else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("captive"), bool):
        return PortalApiPayload(host, ApiStatus.MALFORMED)
    page, rest = said.get("user-portal-url"), said.get("seconds-remaining")
    return PortalApiPayload(
        host,
        ApiStatus.ANSWERED,
        captive=said["captive"],
        user_portal_url=page if _is_page(page) else None,
        seconds_remaining=rest if isinstance(rest, int) and not isinstance(rest, bool) and 0 <= rest < 10**8 else None,
    )


def _is_page(value: object) -> bool:
    """An address that may be shown to the subscriber: https, without blanks or tricks."""
    if not isinstance(value, str) or len(value) > _MAX_URL or not value.isascii() or not value.isprintable():
        return False
    return value.startswith("https://") and " " not in value and '"' not in value and "<" not in value

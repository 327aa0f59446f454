"""``link.interfaces``: adapters, their switch, their cable or association."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.hostnet import links, native
from probes.wire.threads import in_thread
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec


@probe(
    ProbeSpec(
        id="link.interfaces",
        version=1,
        layer=Layer.LINK,
        answers=("adapter_present", "adapter_enabled", "link_up"),
        time_limit_ms=1500,
    )
)
async def measure(ctx: ProbeContext) -> LinkPayload:
    """Reads the adapters; sends nothing. Cannot run only where the system shows none of its interfaces."""
    anchors = tuple(anchor.address for anchor in ctx.profile.anchors)
    return await in_thread(_read, anchors, ctx.platform)


def _read(anchors: tuple[str, ...], platform: Platform) -> LinkPayload:
    if platform is Platform.LINUX:
        try:
            return links.read_linux(anchors)
        except (OSError, ImportError):
            # A sandbox may forbid netlink; psutil then still knows the names.
            pass
    try:
        return native.link(platform, anchors) or links.read_generic()
    except (OSError, ImportError) as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error

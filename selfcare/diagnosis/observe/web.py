"""Facts about what stands between this PC and a site: clock, certificates, proxy, sign-in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.middle import median_low
from selfcare.model.payloads.online import (
    ApiStatus,
    ClockPayload,
    IndicatorPayload,
    PortalApiPayload,
    ProxyUse,
    ProxyUsePayload,
    SystemSays,
)
from selfcare.model.payloads.routes import ProxyPayload
from selfcare.model.payloads.tls import REFUSED, VALID, TlsPayload, TlsStatus, TlsTry
from selfcare.model.payloads.web import WebPayload, WebStatus
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("clock_right", "certificates_valid", "proxy_works")
SOURCES: dict[str, str] = {
    "clock_right": "pc.clock",
    "clock_drifts": "pc.clock",
    "clock_breaks_certificates": "pc.clock",
    "certificates_valid": "tls.sites",
    "certificate_wrong_alone": "tls.sites",
    "certificates_wrong_everywhere": "tls.sites",
    "certificates_out_of_date": "tls.sites",
    "certificates_intercepted": "tls.sites",
    "added_root_in_use": "tls.sites",
    "proxy_works": "proxy.use",
    "proxy_wants_password": "proxy.use",
    "proxy_script_missing": "proxy.use",
    "portal_api_captive": "portal.api",
    "system_says_online": "os.indicator",
}


def clock(view: View) -> Drawn:
    """The clock against time servers and the Date of genuine pages; two sources must agree."""
    found = _offset(view)
    if found is None:
        return
    offset, source = found
    view.number("clock_offset", offset, "s", source)
    size = abs(offset)
    yield "clock_right", Tri.of(size <= thresholds.CLOCK_FAULT_S), source
    yield "clock_drifts", Tri.of(thresholds.CLOCK_WARN_S < size <= thresholds.CLOCK_FAULT_S), source
    yield "clock_breaks_certificates", Tri.of(size > thresholds.CLOCK_BREAKS_CERTIFICATES_S), source


def _offset(view: View) -> tuple[float, str] | None:
    asked = view.get("pc.clock", ClockPayload)
    servers = [s.offset_s for s in asked.samples] if asked is not None else []
    both = [*servers, *_dates(view)]
    source = "pc.clock" if servers else "web.name"
    if len(both) < thresholds.MIN_CLOCK_SOURCES:
        return None
    middle = median_low(both)
    agreeing = [o for o in both if abs(o - middle) <= thresholds.CLOCK_AGREE_S]
    # All but one must agree, and at least two: a majority of liars is then no longer believed.
    if len(agreeing) < max(thresholds.MIN_CLOCK_SOURCES, len(both) - 1):
        return None
    exact = [o for o in servers if abs(o - middle) <= thresholds.CLOCK_AGREE_S]
    return median_low(exact or agreeing), source


def _dates(view: View) -> list[float]:
    """Only of pages that came to the letter: a portal's clock is nobody's."""
    payload = view.get("web.name", WebPayload)
    tries = payload.tries if payload is not None else ()
    return [t.clock_offset_s for t in tries if t.status is WebStatus.EXPECTED and t.clock_offset_s is not None]


def certificates(view: View) -> Drawn:
    """Which sites' certificates this computer accepts, and whether the others are wrong in the same way."""
    payload = view.get("tls.sites", TlsPayload)
    if payload is None:
        return
    good = [t for t in payload.tries if t.status in VALID]
    bad = [t for t in payload.tries if t.status in REFUSED]
    if not good and not bad:
        return
    # One bad one alone says nothing: it may be that site's, or everybody's.
    if good or len(bad) >= thresholds.MIN_SITES:
        yield "certificates_valid", Tri.of(not bad), "tls.sites"
    yield "certificate_wrong_alone", Tri.of(len(bad) == 1 and len(good) >= 1), "tls.sites"
    yield "certificates_wrong_everywhere", _everywhere(good, bad), "tls.sites"
    dated = [t for t in bad if t.status in (TlsStatus.EXPIRED, TlsStatus.NOT_YET)]
    yield "certificates_out_of_date", Tri.of(len(dated) >= thresholds.MIN_SITES), "tls.sites"
    yield "certificates_intercepted", Tri.of(_same_hand(bad)), "tls.sites"
    yield "added_root_in_use", _added_root(good), "tls.sites"


def _added_root(good: list[TlsTry]) -> Tri:
    """One hand vouches for unrelated sites. Different hands may be authorities our list of roots lacks."""
    local = [t for t in good if t.status is TlsStatus.LOCAL]
    if not local:
        return Tri.of(False) if good else Tri.UNKNOWN
    several = len({t.host for t in local}) >= thresholds.MIN_SITES
    return Tri.YES if several and len({t.issuer for t in local}) == 1 else Tri.UNKNOWN


def _everywhere(good: list[TlsTry], bad: list[TlsTry]) -> Tri:
    if good:
        return Tri.NO
    return Tri.YES if len(bad) >= thresholds.MIN_SITES else Tri.UNKNOWN


def _same_hand(bad: Iterable[TlsTry]) -> bool:
    """Unrelated sites shown by one and the same unknown issuer, or with one and the same certificate."""
    forged = [t for t in bad if t.status is TlsStatus.UNTRUSTED]
    if len({t.host for t in forged}) < thresholds.MIN_SITES:
        return False
    issuers, leaves = {t.issuer for t in forged}, {t.leaf for t in forged}
    return (len(issuers) == 1 and None not in issuers) or (len(leaves) == 1 and None not in leaves)


_FAILS = frozenset({
    ProxyUse.WANTS_PASSWORD, ProxyUse.REFUSES, ProxyUse.SILENT, ProxyUse.UNREACHABLE, ProxyUse.NAME_FAILED,
    ProxyUse.NO_SCRIPT, ProxyUse.ALTERED,
})  # fmt: skip
_GOES_ON = frozenset({ProxyUse.WORKS, ProxyUse.DIRECT})


def proxy(view: View) -> Drawn:
    """Whether the proxy in the settings delivers a page. Its failure counts only when the page comes without it."""
    settings = view.get("proxy.settings", ProxyPayload)
    payload = view.get("proxy.use", ProxyUsePayload)
    if payload is None:
        if settings is not None and settings.source is None:
            yield "proxy_wants_password", Tri.NO, "proxy.settings"
        return
    yield "proxy_wants_password", Tri.of(payload.use is ProxyUse.WANTS_PASSWORD), "proxy.use"
    yield "proxy_script_missing", Tri.of(payload.use is ProxyUse.NO_SCRIPT), "proxy.use"
    if payload.use in _GOES_ON:
        yield "proxy_works", Tri.YES, "proxy.use"
    elif payload.use in _FAILS and view.tri("web_by_name") is Tri.YES:
        yield "proxy_works", Tri.NO, "proxy.use"


def portal_api(view: View) -> Drawn:
    """The network's own word (RFC 8908) on whether one must sign in."""
    payload = view.get("portal.api", PortalApiPayload)
    if payload is not None and payload.status in (ApiStatus.ANSWERED, ApiStatus.UNRESTRICTED):
        yield "portal_api_captive", Tri.of(payload.captive), "portal.api"


def indicator(view: View) -> Drawn:
    """What the system tells programs; UNKNOWN where it does not know itself."""
    payload = view.get("os.indicator", IndicatorPayload)
    if payload is not None and payload.says is not SystemSays.UNKNOWN:
        yield "system_says_online", Tri.of(payload.says is SystemSays.FULL), "os.indicator"


OBSERVERS: tuple[Callable[[View], Drawn], ...] = (clock, certificates, proxy, portal_api, indicator)

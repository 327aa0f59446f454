"""``proxy.use``: a page asked through the proxy that this PC's programs are told to use."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from probes.framework import ProbeContext, probe
from probes.hostnet import proxies
from probes.hostnet.proxies import ProxySetting
from probes.wire import pac
from probes.wire.fetching import Answer, get
from probes.wire.threads import in_thread
from selfcare.model.payloads.online import ProxyUse, ProxyUsePayload
from selfcare.model.payloads.routes import ProxyPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import HttpEndpoint

DEADLINE_S = 1.2
_WANTS_PASSWORD = 407
_SOCKS = ("socks", "socks4", "socks5")


@probe(
    ProbeSpec(
        id="proxy.use",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces", "proxy.settings"),
        answers=("proxy_works",),
        cost=ProbeCost(bytes_up=1500, bytes_down=6000),
        time_limit_ms=3000,
    )
)
async def measure(ctx: ProbeContext) -> ProxyUsePayload:
    """The profile's first page through the proxy; a script is fetched and read first. At most 1.2 s each."""
    settings = ctx.need("proxy.settings", ProxyPayload)
    if settings.source is None or not ctx.profile.endpoints:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    setting = await in_thread(proxies.read)
    if setting is None:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    page = ctx.profile.endpoints[0]
    if settings.answers is False:
        return _gone(setting)
    return await (_by_script(setting, page) if setting.pac else _by_setting(setting, page))


def _gone(setting: ProxySetting) -> ProxyUsePayload:
    """Nobody took the connection a moment ago: there is no need to wait for that again."""
    endpoint = setting.endpoint()
    use = ProxyUse.NO_SCRIPT if setting.pac else ProxyUse.UNREACHABLE
    shown = _shown(*endpoint) if endpoint is not None and not setting.pac else None
    return ProxyUsePayload(setting.source, shown, use, setting.pac)


async def _by_setting(setting: ProxySetting, page: HttpEndpoint) -> ProxyUsePayload:
    endpoint = setting.endpoint()
    if endpoint is None:
        return ProxyUsePayload(setting.source, None, ProxyUse.NAME_FAILED)
    if urlsplit(setting.url or "").scheme in _SOCKS:
        # Spoken to no further: whether it takes a connection is all that is known.
        return ProxyUsePayload(setting.source, _shown(*endpoint), ProxyUse.UNKNOWN)
    return await _through(setting, *endpoint, page)


async def _by_script(setting: ProxySetting, page: HttpEndpoint) -> ProxyUsePayload:
    parts = urlsplit(setting.script or "")
    if parts.scheme != "http" or not parts.hostname:
        # Files and secure addresses are left to the system: nothing is known, so nothing is said.
        return ProxyUsePayload(setting.source, None, ProxyUse.UNKNOWN, script=True)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    answer = await get(parts.hostname, parts.port or 80, target, DEADLINE_S)
    named = pac.choices(answer.text) if answer.status == 200 else None
    if named is None:
        return ProxyUsePayload(setting.source, None, ProxyUse.NO_SCRIPT, script=True, http_status=answer.status)
    if not named or len(named) > 2 or (len(named) == 2 and None not in named):
        # Several proxies for several sites: which one is ours cannot be told without running the script.
        return ProxyUsePayload(setting.source, None, ProxyUse.UNKNOWN, script=True)
    proxy = next((choice for choice in named if choice is not None), None)
    if proxy is None:
        return ProxyUsePayload(setting.source, None, ProxyUse.DIRECT, script=True)
    if proxy[0].lower() in _SOCKS:
        return ProxyUsePayload(setting.source, _shown(*proxy[1:]), ProxyUse.UNKNOWN, script=True)
    used = await _through(setting, proxy[1], proxy[2], page)
    if used.use is not ProxyUse.WORKS and None in named:
        # Programs go on without the proxy then, as the script tells them.
        return ProxyUsePayload(setting.source, used.proxy, ProxyUse.UNKNOWN, True, used.http_status, used.duration_ms)
    return used


async def _through(setting: ProxySetting, host: str, port: int, page: HttpEndpoint) -> ProxyUsePayload:
    started = time.perf_counter()
    answer = await get(page.host, page.port, f"http://{page.host}{page.path}", DEADLINE_S, via=(host, port))
    took = (time.perf_counter() - started) * 1000
    use = judge(answer, page)
    return ProxyUsePayload(setting.source, _shown(host, port), use, setting.pac, answer.status, took)


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def judge(answer: Answer, page: HttpEndpoint) -> ProxyUse:
    """What the proxy's answer means; only the page to the letter counts as working."""
    if not answer.named:
        return ProxyUse.NAME_FAILED
    if not answer.connected:
        return ProxyUse.UNREACHABLE
    if answer.status is None:
        return ProxyUse.SILENT
    if answer.status == _WANTS_PASSWORD:
        return ProxyUse.WANTS_PASSWORD
    if answer.status == page.status and answer.text.startswith(page.body):
        return ProxyUse.WORKS
    return ProxyUse.REFUSES if answer.status >= 400 else ProxyUse.ALTERED

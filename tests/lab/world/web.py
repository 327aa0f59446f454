"""Web servers: ordinary sites, the well-known connectivity pages, the box's page and a hotel's portal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from urllib.parse import urlsplit

from tests.lab import plan
from tests.lab.world import clock

LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    location: str | None = None


REASONS = {
    200: "OK",
    204: "No Content",
    302: "Found",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    451: "Unavailable For Legal Reasons",
}


def internet(host: str, path: str) -> Page:
    """What the real servers answer, as the profile lists it."""
    if host == plan.CHECK_NAME and path == "/nm":
        return Page(200, "NetworkManager is online\n", "text/plain")
    for endpoint in plan.profile().endpoints:
        if host == endpoint.host and path.partition("?")[0] == endpoint.path:
            # Firefox's page ends with a newline, the others do not.
            end = "\n" if endpoint.path.endswith("success.txt") else ""
            return Page(endpoint.status, endpoint.body + end if endpoint.body else "", "text/plain")
    return Page(200, f"<!doctype html><title>{host}</title><p>Laboratory page of {host}.</p>\n" + "x" * 2000)


def box(_host: str, _path: str) -> Page:
    return Page(200, "<!doctype html><title>Ma box</title><h1>Configurez votre box</h1>\n")


def portal(host: str, path: str) -> Page:
    if path.startswith("/capport/"):  # RFC 8908
        captive = path.endswith("/captive")
        said = {"captive": captive, "user-portal-url": f"https://{plan.PORTAL_NAME}:{plan.PORTAL_API_PORT}/connexion"}
        return Page(200, json.dumps(said), "application/captive+json")
    if host == plan.PORTAL_NAME:
        return Page(200, "<!doctype html><title>Wi-Fi</title><form>Chambre, nom</form>\n")
    return Page(302, location=f"http://{plan.PORTAL_NAME}/connexion")


def blocked(_host: str, _path: str) -> Page:
    """As a box shows it to a device its owner keeps out."""
    return Page(403, "<!doctype html><title>Ma box</title><h1>Contrôle parental</h1><p>Accès bloqué.</p>\n")


def walled(_host: str, path: str) -> Page:
    """A box without a line: every page leads to its own."""
    if path.startswith("/activation"):
        return Page(200, "<!doctype html><title>Ma box</title><h1>Votre ligne n'est pas encore active</h1>\n")
    return Page(302, location=f"http://{OWN_ADDRESS}/activation")


def hotel(_host: str, _path: str) -> Page:
    """A guest house's gateway: its form in place of every page, without leading anywhere."""
    return Page(200, "<!doctype html><title>Bienvenue</title><form>Numéro de chambre</form>\n")


def mute(_host: str, _path: str) -> Page:
    """A page in place of every other that does not say whose it is."""
    return Page(200, "<!doctype html><title>Accueil</title><p>Bonjour.</p>\n")


def proxy(_host: str, target: str) -> Page:
    """An ordinary proxy: asked for a whole address, it brings the page."""
    if target == "/proxy.pac":
        script = f'function FindProxyForURL(url, host) {{\n  return "PROXY {plan.PROXY}:{plan.PROXY_PORT}";\n}}\n'
        return Page(200, script, "application/x-ns-proxy-autoconfig")
    parts = urlsplit(target)
    return internet(parts.hostname or "", parts.path)


def closed_proxy(_host: str, _target: str) -> Page:
    return Page(407, "<!doctype html><title>407</title>\n")


SITES = {
    "internet": internet, "box": box, "portal": portal, "blocked": blocked, "walled": walled, "proxy": proxy,
    "closed_proxy": closed_proxy, "hotel": hotel, "mute": mute,
}  # fmt: skip
STATUS: dict[str, int] = {}
"""Sites told to answer with another status than their own."""
# In a redirect: the address the client reached.
OWN_ADDRESS = "own.address"

Answer = Callable[[bytes], bytes | None]


async def serve(
    site: str, dns: Answer | None, shift_s: Callable[[], float], reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:  # fmt: skip
    """HTTP/1.1 with connections kept, as far as tests need it."""
    try:
        while True:
            async with asyncio.timeout(LIMIT_S):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, target, _version = first.split(" ", 2)
            fields = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
            host = fields.get("host", "").partition(":")[0].lower()
            keep = fields.get("connection", "").lower() != "close"
            if method == "POST" and target == "/dns-query" and dns is not None:
                writer.write(_dns_message(dns(await reader.readexactly(int(fields["content-length"])))))
            else:
                page = SITES[site](host, target)
                if site == "internet" and host in STATUS:
                    page = Page(STATUS[host], "<!doctype html><title>Refused</title>\n")
                if page.location:
                    here = writer.get_extra_info("sockname")[0]
                    page = replace(page, location=page.location.replace(OWN_ADDRESS, here))
                writer.write(_encoded(page, method, keep, formatdate(clock.now() + shift_s(), usegmt=True)))
            await writer.drain()
            if not keep:
                return
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError, KeyError):
        pass  # the client left or spoke something else: a server just hangs up
    finally:
        writer.close()


def _dns_message(answer: bytes | None) -> bytes:
    """RFC 8484."""
    body = answer or b""
    lines = ["HTTP/1.1 200 OK", "Content-Type: application/dns-message", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def _encoded(page: Page, method: str, keep: bool, date: str) -> bytes:
    body = page.body.encode()
    lines = [f"HTTP/1.1 {page.status} {REASONS[page.status]}", f"Date: {date}"]
    if page.location:
        lines.append(f"Location: {page.location}")
    if page.status != 204:
        lines += [f"Content-Type: {page.kind}", f"Content-Length: {len(body)}"]
    lines += ["Cache-Control: no-store", f"Connection: {'keep-alive' if keep else 'close'}"]
    return "\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else body)

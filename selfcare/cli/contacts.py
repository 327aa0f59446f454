"""``selfcare check --list-contacts``: every outside name and address, its purpose, and the byte budget."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from selfcare.app.deep import affordable
from selfcare.app.numbers import amount
from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue
from selfcare.model.probe import ProbeSpec
from selfcare.model.profile import Profile

Row = tuple[str, str, str, str]


def rows(profile: Profile) -> Iterator[dict[str, object]]:
    """One row per contact: kind, what is contacted, its name, and why."""
    for kind, contact, name, purpose in (*_resolvers(profile), *_web(profile), *_names(profile)):
        yield {"kind": kind, "contact": contact, "name": name, "purpose": purpose}


def _resolvers(profile: Profile) -> Iterator[Row]:
    for resolver in profile.resolvers:
        kind = "operator_resolver" if resolver.operator else "public_resolver"
        for port in (53, 853, 443) if resolver.tls_name else (53,):
            yield kind, f"{resolver.address}:{port}", resolver.tls_name or resolver.name, resolver.purpose


def _web(profile: Profile) -> Iterator[Row]:
    for page in profile.endpoints:
        yield "page", f"http://{page.host}:{page.port}{page.path}", page.host, page.purpose
    for anchor in (*profile.anchors, *profile.dnsless):
        host = f"[{anchor.address}]" if ":" in anchor.address else anchor.address
        yield "address", f"{host}:{anchor.port}", anchor.name, anchor.purpose
    for site in profile.sites:
        yield "site", f"https://{site.host}", site.network, site.purpose
    for port in profile.ports:
        yield "port", f"{port.host}:{port.port}/{port.protocol}", port.talk, port.purpose
    for known in profile.tls_sites:
        yield "certificate", f"{known.address or known.host}:443", known.host, known.purpose
    for server in profile.time_servers:
        yield "time_server", f"{server.address or server.host}:123", server.host, server.purpose
    for swift in profile.speed_servers:
        yield "speed_server", f"http://{swift.host}:{swift.port}{swift.down_path}", swift.host, swift.purpose
    for seer in profile.vantages:
        scheme = "https" if seer.tls else "http"
        yield "vantage", f"{scheme}://{seer.host}:{seer.port}{seer.path}", seer.host, seer.purpose


def _names(profile: Profile) -> Iterator[Row]:
    for name in profile.truth_names:
        purpose = "do all resolvers give a true address, one whose certificate is valid for the name?"
        yield "truth", f"https://{name}:443", name, purpose
    for name in profile.important_names:
        # Only where the hosts file of this PC overrides it: the name is asked for and its web server tried.
        yield "hosts", name, name, "is a name in the hosts file sent astray?"
    for name in (*profile.fixed_names, *(name for s in profile.random_suffixes for name in (s, f"*.{s}"))):
        yield "name", name, name, "does this name resolve?"


def show(profile: Profile, catalogue: Catalogue, probes: Sequence[ProbeSpec], as_json: bool) -> int:
    """Prints the list, and what a fast and a deep check may send and receive."""
    costs = [p.cost for p in affordable(probes, profile)]
    up, down = sum(c.bytes_up for c in costs), sum(c.bytes_down for c in costs)
    found = list(rows(profile))
    if as_json:
        deep = {"bytes_up": up, "bytes_down": down}
        data = {"profile": profile.id, "byte_budget": profile.byte_budget, "deep": deep, "contacts": found}
        out.line(json.dumps(data, ensure_ascii=False, indent=2))
        return ExitCode.OK
    out.line(catalogue.text("cli.contacts.title", profile=profile.display_name))
    width = max(len(str(r["contact"])) for r in found)
    for row in found:
        out.line(f"  {row['contact']!s:<{width}}  {catalogue.text('contact.' + str(row['kind']))}")
    out.line(catalogue.text("cli.contacts.budget", kilobytes=profile.byte_budget // 1000))
    size = {"up": amount(catalogue, up), "down": amount(catalogue, down)}
    out.line(catalogue.text("cli.contacts.deep_budget", **size))
    return ExitCode.OK

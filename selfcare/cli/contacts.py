"""``selfcare check --list-contacts``: every outside name and address, its purpose, and the byte budget."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from selfcare.cli import out
from selfcare.cli.amounts import amount
from selfcare.cli.consent import affordable
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue
from selfcare.model.probe import ProbeSpec
from selfcare.model.profile import Profile


def rows(profile: Profile) -> Iterator[dict[str, object]]:
    """One row per contact: kind, what is contacted, why, and whether its silence matters."""
    for resolver in profile.resolvers:
        kind = "operator_resolver" if resolver.operator else "public_resolver"
        yield {"kind": kind, "contact": f"{resolver.address}:53", "name": resolver.name, "purpose": resolver.purpose}
    for page in profile.endpoints:
        where = f"http://{page.host}:{page.port}{page.path}"
        yield {"kind": "page", "contact": where, "name": page.host, "purpose": page.purpose}
    for anchor in profile.anchors:
        contact = f"[{anchor.address}]:{anchor.port}" if ":" in anchor.address else f"{anchor.address}:{anchor.port}"
        yield {"kind": "address", "contact": contact, "name": anchor.name, "purpose": anchor.purpose}
    for server in profile.speed_servers:
        contact = f"http://{server.host}:{server.port}{server.down_path}"
        yield {"kind": "speed_server", "contact": contact, "name": server.host, "purpose": server.purpose}
    for name in profile.important_names:
        # Only where the hosts file of this PC overrides it: the name is asked for and its web server tried.
        yield {"kind": "hosts", "contact": name, "name": name, "purpose": "is a name in the hosts file sent astray?"}
    for name in (*profile.fixed_names, *(f"*.{s}" for s in profile.random_suffixes)):
        yield {"kind": "name", "contact": name, "name": name, "purpose": "does this name resolve?"}


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
    size = {"up": amount(up, catalogue), "down": amount(down, catalogue)}
    out.line(catalogue.text("cli.contacts.deep_budget", **size))
    return ExitCode.OK

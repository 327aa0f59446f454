"""``selfcare check --list-contacts``: every outside name and address, its purpose, and the byte budget."""

from __future__ import annotations

import json
from collections.abc import Iterator

from selfcare.cli import out
from selfcare.contract import ExitCode
from selfcare.i18n import Catalogue
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
    for name in profile.important_names:
        # Only where the hosts file of this PC overrides it: the name is asked for and its web server tried.
        yield {"kind": "hosts", "contact": name, "name": name, "purpose": "is a name in the hosts file sent astray?"}
    for name in (*profile.fixed_names, *(f"*.{s}" for s in profile.random_suffixes)):
        yield {"kind": "name", "contact": name, "name": name, "purpose": "does this name resolve?"}


def show(profile: Profile, catalogue: Catalogue, as_json: bool) -> int:
    """Prints the list."""
    found = list(rows(profile))
    if as_json:
        data = {"profile": profile.id, "byte_budget": profile.byte_budget, "contacts": found}
        out.line(json.dumps(data, ensure_ascii=False, indent=2))
        return ExitCode.OK
    out.line(catalogue.text("cli.contacts.title", profile=profile.display_name))
    width = max(len(str(r["contact"])) for r in found)
    for row in found:
        out.line(f"  {row['contact']!s:<{width}}  {catalogue.text('contact.' + str(row['kind']))}")
    out.line(catalogue.text("cli.contacts.budget", kilobytes=profile.byte_budget // 1000))
    return ExitCode.OK

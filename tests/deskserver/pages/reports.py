"""Archives of made-up documents, signed as a PC signs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Part
from selfcare.report.pack import MANIFEST, archive, json_bytes, manifest
from tests.report.world import KEY


def archive_of(document: Mapping[str, Any], instead: Mapping[str, Any] | None = None, key: InstallKey = KEY) -> bytes:
    """``instead``: another document put in after the signature was made. ``key``: the PC's."""
    part = Part("rapport.json", "application/json", json_bytes(document))
    told = {"id": "1", "case": "CAS-1", "made": "", **document}
    signed = Part(MANIFEST, "application/json", manifest(told, [part], key))
    shown = part if instead is None else Part(part.name, part.mime, json_bytes(instead))
    return archive([shown, signed])

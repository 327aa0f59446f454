"""Files and archive of a report: the same input gives the same bytes. The manifest is signed over a canonical form."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Part

PAGE, DOCUMENT, COLLECTED, OUTAGES, LOG, MANIFEST = (
    "rapport.html", "rapport.json", "collecte.json", "coupures.csv", "journal.txt", "manifest.json",
)  # fmt: skip
MIME = {
    PAGE: "text/html", DOCUMENT: "application/json", COLLECTED: "application/json", OUTAGES: "text/csv",
    LOG: "text/plain", MANIFEST: "application/json",
}  # fmt: skip
MANIFEST_SCHEMA = "selfcare.manifest/1"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: when it was made stands in the manifest."""


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """UTF-8, readable, keys in the order they were made."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """What is signed: the manifest without its signature, keys sorted, no spaces, UTF-8."""
    bare = {name: value for name, value in manifest.items() if name != "signature"}
    return json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def outages_csv(downtime: Mapping[str, Any]) -> bytes:
    """Interruptions and, apart from them, times in which nobody looked (never counted as down)."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["kind", "start", "end", "seconds", "layer", "source"])
    for one in downtime["outages"]:
        rows.writerow(["outage", one["start"], one["end"] or "", one["seconds"] if one["seconds"] is not None else "",
                       one["layer"], one["source"]])  # fmt: skip
    for first, last in downtime["gaps"]:
        rows.writerow(["not_monitored", first, last, "", "", ""])
    return text.getvalue().encode()


def collected(document: Mapping[str, Any]) -> bytes:
    """The outcome of every collector, in a file of its own."""
    names = ("id", "case", "made", "collectors", "omitted")
    return json_bytes({"schema": "selfcare.collectors/1", **{name: document[name] for name in names}})


def manifest(document: Mapping[str, Any], parts: Sequence[Part], key: InstallKey) -> bytes:
    """Name to SHA-256 (hex) of each file, and whose key vouches that they are unchanged since."""
    told: dict[str, Any] = {
        "schema": MANIFEST_SCHEMA,
        "id": document["id"],
        "case": document["case"],
        "made": document["made"],
        "files": {part.name: hashlib.sha256(part.data).hexdigest() for part in parts},
        "algorithm": "Ed25519",
        "key": base64.b64encode(key.public).decode(),
        "fingerprint": key.fingerprint,
    }
    told["signature"] = base64.b64encode(key.sign(canonical(told))).decode()
    return json_bytes(told)


def archive(parts: Sequence[Part]) -> bytes:
    """A ZIP without anything that differs from one machine to the next."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for part in parts:
            info = zipfile.ZipInfo(part.name, _LONG_AGO)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            zipped.writestr(info, part.data, compresslevel=9)
    return out.getvalue()

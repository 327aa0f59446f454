"""Every recorded Wi-Fi output, found by its command, and the reader it belongs to."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from probes.radio.texts import apple, iw, netsh, netsh_lists, nmcli, profiler, wireless_tools, words
from selfcare.model.wifi import WifiReading

# The first that fits the command. ``nmcli`` is about any network: all of it is read, that nothing slips through.
READERS: tuple[tuple[str, Callable[[str], WifiReading]], ...] = (
    (r"netsh wlan show interfaces", netsh.interfaces), (r"netsh wlan show networks", netsh_lists.networks),
    (r"netsh wlan show profiles", netsh_lists.profiles), (r"netsh wlan show profile\b", netsh_lists.profile),
    (r"\biw\b.* info", iw.info), (r"\biw\b.* link|\biw link", iw.link), (r"\biw\b.* station", iw.station),
    (r"\biw\b.* scan", iw.scan), (r"\biwlist\b", wireless_tools.scan), (r"\biwconfig\b", wireless_tools.status),
    (r"\bnmcli\b.*wifi|\bnmcli\b.*fields", nmcli.networks), (r"\bnmcli\b.*connection", nmcli.connections),
    (r"\bnmcli\b.*permissions", nmcli.permissions), (r"\bnmcli\b.*general", nmcli.general),
    (r"\bnmcli\b", nmcli.devices), (r"\bairport\b.* -?-s", apple.scan), (r"\bairport\b.* -?-I", apple.info),
    (r"\bwdutil\b", apple.wdutil), (r"SPAirPortDataType", profiler.read), (r"getsummary", apple.summary),
)  # fmt: skip
WIFI = re.compile(r"wlan|\biw\b|iwlist|iwconfig|nmcli|\bairport|wdutil|AirPort|getsummary", re.IGNORECASE)
"""Commands that tell of a Wi-Fi: deliberately wider than the readers, so that a new one without reader is found."""


@dataclass(frozen=True, slots=True)
class Record:
    """One file of the corpus, and the command it is the output of."""

    name: str
    command: str
    path: Path

    @property
    def text(self) -> str:
        return words.decoded(self.path.read_bytes())


def records(folder: Path) -> list[Record]:
    """What INDEX.tsv lists with such a command, and files it does not list but whose names say so."""
    with (folder / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = [Record(r["file"], r["command"], folder / r["file"]) for r in rows if WIFI.search(r["command"])]
    listed = {row["file"] for row in rows}
    for path in sorted(folder.glob("*/*")):
        name = str(path.relative_to(folder))
        if name not in listed and WIFI.search(name):
            found.append(Record(name, path.stem.replace("-", " "), path))
    return [each for each in found if each.path.is_file()]


def reader_of(record: Record) -> Callable[[str], WifiReading] | None:
    command = record.command.replace("nmcli-", "nmcli ").replace("system_profiler-", "")
    return next((reader for pattern, reader in READERS if re.search(pattern, command)), None)

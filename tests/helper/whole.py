"""All of a PC's network settings that a change could touch, read with other people's tools."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

UNPROVED = 20000  # NetworkManager adds it to the metric until its own look at the Internet is over
GENERATED = 0x2  # a picture NetworkManager draws of what another program set up, anew each time
FILES = ("/etc/hosts", "/etc/gai.conf", "/etc/resolv.conf")


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout


def state() -> dict[str, Any]:
    """What must be the same afterwards, NetworkManager's time stamps aside."""
    found: dict[str, Any] = {f"file {name}": look(Path(name)) for name in (*FILES, *own_files())}
    found["left behind"] = [
        str(path) for folder in ("/etc", str(Path.home())) for path in Path(folder).glob(".*selfcare*")
    ]
    # What resolved read in resolv.conf ("Global") it reads when it is asked: the file itself is compared above.
    names = said("resolvectl", "dns") + said("resolvectl", "domain")
    found["names"] = [line for line in names.splitlines() if line.startswith("Link")]
    found["devices"] = said("nmcli", "-t", "-f", "DEVICE,STATE,CONNECTION", "device")
    found["networking"] = said("nmcli", "networking")
    found["profiles"] = profiles()
    found["links"] = links()
    for family in ("-4", "-6"):
        routes = json.loads(said("ip", "-j", family, "route", "show", "table", "all") or "[]")
        kept = ("dst", "gateway", "dev", "metric", "table", "protocol", "prefsrc", "type")
        found[f"routes {family}"] = sorted(
            str({key: route[key] for key in kept if key in route} | {"metric": route.get("metric", 0) % UNPROVED})
            for route in routes
            if not str(route.get("dst")).startswith(("fe80", "ff00"))
        )  # fmt: skip
    return found


def own_files() -> list[str]:
    home = Path.home()
    return [str(path) for path in (home / ".config/kioslaverc", home / ".profile") if path.exists()]


def look(path: Path) -> Any:
    """Bytes, mode, owner; of a link where it leads."""
    if path.is_symlink():
        return str(path.readlink())
    if not path.exists():
        return None
    about = path.stat()
    return [hashlib.sha256(path.read_bytes()).hexdigest(), about.st_mode, about.st_uid, about.st_gid]


def profiles() -> list[str]:
    """NetworkManager's own words of each profile, typed, without the time stamp."""
    made = []
    service = "org.freedesktop.NetworkManager"
    if os.geteuid() != 0:
        return made
    listed = said("busctl", "call", "--json=short", service, "/org/freedesktop/NetworkManager/Settings",
                  f"{service}.Settings", "ListConnections")  # fmt: skip
    for path in json.loads(listed)["data"][0] if listed else []:
        flags = said("busctl", "get-property", service, path, f"{service}.Settings.Connection", "Flags").split()
        if int(flags[-1]) & GENERATED:
            continue
        text = said("busctl", "call", "--json=short", service, path, f"{service}.Settings.Connection", "GetSettings")
        settings = json.loads(text)["data"][0]
        settings["connection"].pop("timestamp", None)
        made.append(json.dumps(settings, sort_keys=True))
    return sorted(made)


def links() -> list[str]:
    """Switch, size and addresses of each interface; link-local addresses are made anew each time."""
    made = []
    for link in json.loads(said("ip", "-j", "addr") or "[]"):
        addresses = [f"{each.get('local')}/{each.get('prefixlen')}" for each in link["addr_info"]
                     if each.get("scope") == "global"]  # fmt: skip
        made.append(f"{link['ifname']} {'UP' in link['flags']} {link['mtu']} {sorted(addresses)}")
    return sorted(made)

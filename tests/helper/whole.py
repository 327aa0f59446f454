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
SERVICE = "org.freedesktop.NetworkManager"
FAMILIES = ("-4", "-6")
FILES = ("/etc/hosts", "/etc/gai.conf", "/etc/resolv.conf")


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout


def said_together(commands: list[tuple[str, ...]]) -> list[str]:
    """What each says; they run at the same time, as each mostly waits for somebody else."""
    quiet = {"stdin": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **quiet) for command in commands]
    return [process.communicate()[0] for process in started]


def state() -> dict[str, Any]:
    """What must be the same afterwards, NetworkManager's time stamps aside."""
    dns, domains, devices, networking, connections, addresses, *routes = said_together([
        ("resolvectl", "dns"), ("resolvectl", "domain"), ("nmcli", "-t", "-f", "DEVICE,STATE,CONNECTION", "device"),
        ("nmcli", "networking"),
        ("busctl", "call", "--json=short", SERVICE, "/org/freedesktop/NetworkManager/Settings", f"{SERVICE}.Settings",
         "ListConnections") if os.geteuid() == 0 else ("true",),
        ("ip", "-j", "addr"), *(("ip", "-j", family, "route", "show", "table", "all") for family in FAMILIES),
    ])  # fmt: skip
    found: dict[str, Any] = {f"file {name}": look(Path(name)) for name in (*FILES, *own_files())}
    found["left behind"] = [
        str(path) for folder in ("/etc", str(Path.home())) for path in Path(folder).glob(".*selfcare*")
    ]
    # What resolved read in resolv.conf ("Global") it reads when it is asked: the file itself is compared above.
    found["names"] = [line for line in (dns + domains).splitlines() if line.startswith("Link")]
    found["devices"], found["networking"] = devices, networking
    found["profiles"] = profiles(connections)
    found["links"] = links(addresses)
    for family, listed in zip(FAMILIES, routes, strict=True):
        kept = ("dst", "gateway", "dev", "metric", "table", "protocol", "prefsrc", "type")
        found[f"routes {family}"] = sorted(
            str({key: route[key] for key in kept if key in route} | {"metric": route.get("metric", 0) % UNPROVED})
            for route in json.loads(listed or "[]")
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


def profiles(listed: str) -> list[str]:
    """NetworkManager's own words of each profile, typed, without the time stamp."""
    paths = json.loads(listed)["data"][0] if listed else []
    each = f"{SERVICE}.Settings.Connection"
    flags = said_together([("busctl", "get-property", SERVICE, path, each, "Flags") for path in paths])
    texts = said_together([("busctl", "call", "--json=short", SERVICE, path, each, "GetSettings") for path in paths])
    made = []
    for flag, text in zip(flags, texts, strict=True):
        if text and not int(flag.split()[-1]) & GENERATED:
            settings = json.loads(text)["data"][0]
            settings["connection"].pop("timestamp", None)
            made.append(json.dumps(settings, sort_keys=True))
    return sorted(made)


def links(listed: str) -> list[str]:
    """Switch, size and addresses of each interface; link-local addresses are made anew each time."""
    made = []
    for link in json.loads(listed or "[]"):
        addresses = [f"{each.get('local')}/{each.get('prefixlen')}" for each in link["addr_info"]
                     if each.get("scope") == "global"]  # fmt: skip
        made.append(f"{link['ifname']} {'UP' in link['flags']} {link['mtu']} {sorted(addresses)}")
    return sorted(made)

"""Questions the tests of the lab ask from its PC, with other people's tools."""

from __future__ import annotations

import re
import secrets

from tests.lab.lab import Lab


def dig(lab: Lab, server: str, name: str | None = None, *options: str) -> str:
    """The status of one question ("NOERROR", "NXDOMAIN", "SERVFAIL"…), else what dig says of the failure."""
    asked = name or f"{secrets.token_hex(6)}.wikipedia.org"
    done = lab.run(["dig", "+tries=1", "+time=1", *options, f"@{server}", asked])
    status = re.search(r"status: ([A-Z]+)", done.stdout)
    failure = re.search(r"timed out|connection refused|unreachable", done.stdout)
    return status.group(1) if status else failure.group(0) if failure else done.stdout


def resolves(lab: Lab) -> bool:
    """The PC's own resolver gets word of a name that no cache can know ("no such name" is an answer)."""
    return dig(lab, "127.0.0.53", None, "+time=4") == "NXDOMAIN"


def fetch(lab: Lab, url: str, *options: str) -> tuple[int, str]:
    """HTTP status (0 when there was no answer) and body, or where a redirect leads."""
    words = ["curl", "-s", "-m", "3", "-w", "\n%{http_code} %{redirect_url}", *options, url]
    body, _, last = lab.run(words).stdout.rpartition("\n")
    code, _, redirect = last.partition(" ")
    return int(code), redirect or body


def pings(lab: Lab, address: str) -> bool:
    return lab.run(["ping", "-c1", "-W1", address]).returncode == 0


def connects(lab: Lab, address: str, port: int) -> bool:
    return lab.run(["timeout", "2", "bash", "-c", f"exec 3<>/dev/tcp/{address}/{port}"]).returncode == 0


def state(lab: Lab, device: str = "eth0") -> str:
    """NetworkManager's word for the adapter: connected, unavailable, connecting…"""
    done = lab.run(["nmcli", "-t", "-g", "GENERAL.STATE", "device", "show", device])
    return done.stdout.strip().partition("(")[2].rstrip(")").partition(" (")[0]


def default_routes(lab: Lab) -> list[str]:
    return [line for line in lab.run(["ip", "route"]).stdout.splitlines() if line.startswith(("default", "0.0.0.0/1"))]


def online(lab: Lab) -> bool:
    """Names resolve, and a page arrives."""
    return resolves(lab) and fetch(lab, "https://www.lemonde.fr/")[0] == 200

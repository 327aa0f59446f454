"""Where a PC's programs are told to use a proxy."""

from __future__ import annotations

import configparser
import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_GSETTINGS = Path("/usr/bin/gsettings")
_LIMIT_S = 0.8


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """``url`` with scheme, host and port only: never a password."""

    source: str
    url: str | None
    pac: bool = False

    def endpoint(self) -> tuple[str, int] | None:
        """Host and port to connect to, None when the setting is no usable address."""
        try:
            parts = urlsplit(self.url or "")
            port = parts.port or {"https": 443, "http": 80, "socks5": 1080, "socks": 1080}.get(parts.scheme)
            return (parts.hostname, port) if parts.hostname and port else None
        except ValueError:
            return None


def without_credentials(url: str) -> str | None:
    """``http://user:secret@host:3128/x`` becomes ``http://host:3128``; None for nonsense."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or any(character.isspace() for character in host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def read() -> ProxySetting | None:
    """The first proxy that is set: for this process, then for the desktop. Blocking."""
    if found := from_environment(os.environ):
        return found
    if sys.platform == "win32":
        return _windows()
    if sys.platform == "darwin":
        return _macos()
    return _kde() or _gnome()


def from_environment(environment: Mapping[str, str]) -> ProxySetting | None:
    """The customary variables, in the order programs prefer them for web pages."""
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        value = environment.get(name) or environment.get(name.upper())
        if value and (url := without_credentials(value)):
            return ProxySetting("environment", url)
    return None


def _gnome() -> ProxySetting | None:
    """GNOME's setting; its tool is only run when the user's settings mention a proxy at all."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    try:
        if b"proxy" not in (home / "dconf" / "user").read_bytes():
            return None
    except OSError:
        return None
    mode = _gsettings("org.gnome.system.proxy", "mode")
    if mode == "auto":
        url = _gsettings("org.gnome.system.proxy", "autoconfig-url")
        return ProxySetting("gnome", without_credentials(url or ""), pac=True)
    if mode != "manual":
        return None
    for part in ("https", "http", "socks"):
        host = _gsettings(f"org.gnome.system.proxy.{part}", "host")
        port = _gsettings(f"org.gnome.system.proxy.{part}", "port")
        if host and port and port != "0":
            scheme = "socks5" if part == "socks" else "http"
            return ProxySetting("gnome", without_credentials(f"{scheme}://{host}:{port}"))
    return None


def _gsettings(schema: str, key: str) -> str | None:
    if not _GSETTINGS.is_file():
        return None
    try:
        done = subprocess.run(
            [str(_GSETTINGS), "get", schema, key],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S, check=True,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip().strip("'")


def _kde() -> ProxySetting | None:
    path = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kioslaverc"
    try:
        return parse_kde(path.read_text("utf-8", "replace")[:65_536])
    except OSError:
        return None


def parse_kde(text: str) -> ProxySetting | None:
    """KDE's kioslaverc: type 1 is a proxy, 2 a script; hosts are written ``http://host port``."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    section = parser["Proxy Settings"] if parser.has_section("Proxy Settings") else {}
    kind = section.get("proxytype", "0")
    if kind == "2":
        return ProxySetting("kde", without_credentials(section.get("proxy config script", "")), pac=True)
    if kind == "1":
        for key in ("httpsproxy", "httpproxy", "socksproxy"):
            url = without_credentials(":".join(section.get(key, "").rsplit(" ", 1)))
            if url:
                return ProxySetting("kde", url)
    return None


def _windows() -> ProxySetting | None:
    """The user's Internet settings: as WinHTTP tells them, else from the registry."""
    if sys.platform == "win32":
        from probes.hostnet.windows import calls

        with contextlib.suppress(OSError, AttributeError):
            return windows_setting(*calls.user_proxy()[1:])
    values: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg

        path = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            for name in ("ProxyEnable", "ProxyServer", "AutoConfigURL"):
                with contextlib.suppress(OSError):
                    values[name] = winreg.QueryValueEx(key, name)[0]
    if values.get("ProxyEnable") and values.get("ProxyServer"):
        return parse_windows_server(str(values["ProxyServer"]))
    if values.get("AutoConfigURL"):
        return ProxySetting("windows", without_credentials(str(values["AutoConfigURL"])), pac=True)
    return None


def windows_setting(script: str, servers: str) -> ProxySetting | None:
    """A proxy goes before a script; automatic detection without either is no setting."""
    if servers and (found := parse_windows_server(servers)):
        return found
    return ProxySetting("windows", without_credentials(script), pac=True) if script else None


def parse_windows_server(value: str) -> ProxySetting | None:
    """``host:port`` for everything, or ``http=host:port;https=host:port``."""
    parts = dict(part.split("=", 1) for part in value.split(";") if "=" in part)
    chosen = parts.get("https") or parts.get("http") or parts.get("socks") or (value if "=" not in value else "")
    url = without_credentials(chosen)
    return ProxySetting("windows", url) if url else None


def _macos() -> ProxySetting | None:
    """The system configuration as ``scutil --proxy`` prints it (not run on macOS yet)."""
    try:
        done = subprocess.run(
            ["/usr/sbin/scutil", "--proxy"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return parse_scutil(done.stdout.decode("utf-8", "replace"))


def parse_scutil(text: str) -> ProxySetting | None:
    """``HTTPSEnable : 1`` and its like."""
    pairs = {}
    for line in text.splitlines():
        key, separator, value = line.partition(" : ")
        if separator:
            pairs[key.strip()] = value.strip()
    if pairs.get("ProxyAutoConfigEnable") == "1":
        return ProxySetting("macos", without_credentials(pairs.get("ProxyAutoConfigURLString", "")), pac=True)
    for kind, scheme in (("HTTPS", "http"), ("HTTP", "http"), ("SOCKS", "socks5")):
        if pairs.get(f"{kind}Enable") == "1" and pairs.get(f"{kind}Proxy"):
            port = pairs.get(f"{kind}Port", "")
            url = without_credentials(f"{scheme}://{pairs[f'{kind}Proxy']}" + (f":{port}" if port else ""))
            return ProxySetting("macos", url) if url else None
    return None

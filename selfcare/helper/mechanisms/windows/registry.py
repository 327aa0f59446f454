"""Values of the registry: read with their kind, written with it, or taken away. JSON can hold what is read."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from selfcare.helper import point
from selfcare.helper.errors import of_file

MACHINE, USER = "machine", "user"
SERVICES = r"SYSTEM\CurrentControlSet\Services"
PARAMETERS = SERVICES + r"\Tcpip\Parameters"
INTERFACES4 = PARAMETERS + r"\Interfaces"
INTERFACES6 = SERVICES + r"\Tcpip6\Parameters\Interfaces"
NETWORK_CLASS = r"SYSTEM\CurrentControlSet\Control\Network\{4D36E972-E325-11CE-BFC1-08002BE10318}"
ENUM = r"SYSTEM\CurrentControlSet\Enum"
TEXT, NUMBER = 1, 4  # REG_SZ, REG_DWORD
_64BIT = 0x100
Value = list[Any] | None  # [kind, data], bytes as hexadecimal digits; None: not there


def get(root: str, path: str, name: str) -> Value:
    """One value, None where it is not."""
    found: Value = None
    if sys.platform == "win32":
        import winreg

        with suppress(FileNotFoundError), winreg.OpenKey(_root(root), path, 0, winreg.KEY_READ | _64BIT) as key:
            data, kind = winreg.QueryValueEx(key, name)
            found = [kind, data.hex() if isinstance(data, bytes) else data]
    return found


def put(root: str, path: str, name: str, value: Value) -> None:
    """Makes the value this, or takes it away.

    Raises:
        Refusal: that is not allowed, or did not work.
    """
    point.reached(f"before {name}")
    try:
        _put(_root(root), path, name, value)
    except OSError as error:
        raise of_file(error) from error
    point.reached(f"after {name}")


def _put(root: int, path: str, name: str, value: Value) -> None:
    if sys.platform == "win32":
        import winreg

        with winreg.CreateKeyEx(root, path, 0, winreg.KEY_WRITE | _64BIT) as key:
            if value is None:
                with suppress(FileNotFoundError):
                    winreg.DeleteValue(key, name)
            else:
                kind, data = value
                is_bytes = isinstance(data, str) and kind not in (winreg.REG_SZ, winreg.REG_EXPAND_SZ)
                winreg.SetValueEx(key, name, 0, kind, bytes.fromhex(data) if is_bytes else data)
            winreg.FlushKey(key)


def keys(root: str, path: str) -> list[str]:
    """The names of the keys under this one."""
    found: list[str] = []
    if sys.platform == "win32":
        import winreg

        with suppress(OSError), winreg.OpenKey(_root(root), path, 0, winreg.KEY_READ | _64BIT) as key:
            found = [winreg.EnumKey(key, number) for number in range(winreg.QueryInfoKey(key)[0])]
    return found


def text(value: Value) -> str:
    """Of a value that should be a text; "" for everything else."""
    return value[1] if value and isinstance(value[1], str) and value[0] in (TEXT, 2) else ""


def number(value: Value) -> int | None:
    """Of a value that should be a number."""
    return value[1] if value and value[0] == NUMBER and isinstance(value[1], int) else None


def _root(name: str) -> int:
    """HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER."""
    return 0x80000002 if name == MACHINE else 0x80000001

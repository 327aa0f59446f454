"""Windows' base libraries: only from the system's folder, with typed handles, and their errors as ``OSError``."""

from __future__ import annotations

import ctypes
from typing import Any

SYSTEM32 = 0x800  # LOAD_LIBRARY_SEARCH_SYSTEM32: no folder that another could have written is looked at
INVALID = ctypes.c_void_p(-1).value
GENERIC_READ, GENERIC_WRITE = 0x80000000, 0x40000000
SHARE_READ, SHARE_WRITE, SHARE_DELETE = 1, 2, 4
SHARE_ALL = SHARE_READ | SHARE_WRITE | SHARE_DELETE
CREATE_NEW, OPEN_EXISTING, OPEN_ALWAYS = 1, 3, 4
BACKUP_SEMANTICS, OPEN_REPARSE_POINT = 0x02000000, 0x00200000
FILE_NOT_FOUND, ACCESS_DENIED, SHARING_VIOLATION = 2, 5, 32
PROGRAM_DATA = "62AB5D82-FDC1-4DC3-A9DD-070D1D495D97"
LOCAL_APP_DATA = "F1B32785-6FBA-4FCF-9D55-7B8E7F157091"
_HANDLES = {  # what gives a handle or a pointer; without this ctypes would cut it to 32 bits
    "kernel32": ("CreateFileW", "CreateNamedPipeW", "CreateJobObjectW", "OpenProcess", "GetCurrentProcess",
                 "GetCurrentThread", "LocalFree", "CreateEventW", "GetStdHandle"),
    "advapi32": ("OpenSCManagerW", "OpenServiceW", "CreateServiceW", "RegisterServiceCtrlHandlerExW"),
    "setupapi": ("SetupDiCreateDeviceInfoList",),
}  # fmt: skip
_loaded: dict[str, Any] = {}


class SecurityAttributes(ctypes.Structure):
    """SECURITY_ATTRIBUTES."""

    _fields_ = (("length", ctypes.c_uint32), ("descriptor", ctypes.c_void_p), ("inherit", ctypes.c_int32))


def library(name: str) -> Any:
    """The system's own library of this name. Raises OSError."""
    if name not in _loaded:
        made = ctypes.WinDLL(f"{name}.dll", use_last_error=True, winmode=SYSTEM32)  # type: ignore[attr-defined]
        for function in _HANDLES.get(name, ()):
            getattr(made, function).restype = ctypes.c_void_p
        _loaded[name] = made
    return _loaded[name]


def has(name: str, function: str) -> bool:
    """Whether this Windows has the call."""
    try:
        return hasattr(library(name), function)
    except OSError:
        return False


def last_error() -> int:
    """The number the last call left."""
    return int(ctypes.get_last_error())  # type: ignore[attr-defined]


def error(what: str, code: int | None = None) -> OSError:
    """The system's number as an OSError, whose errno Python works out."""
    number = last_error() if code is None else code
    return OSError(0, ctypes.FormatError(number).strip() or str(number), what, number)  # type: ignore[attr-defined]


def create_file(path: str, access: int, share: int, how: int, flags: int = 0, security: Any = None) -> int:
    """CreateFileW; a link at the end is opened itself, never followed. Raises OSError."""
    rights = None if security is None else ctypes.byref(security)
    handle = library("kernel32").CreateFileW(
        ctypes.c_wchar_p(path), ctypes.c_uint32(access), ctypes.c_uint32(share), rights, ctypes.c_uint32(how),
        ctypes.c_uint32(flags | OPEN_REPARSE_POINT), None,
    )  # fmt: skip
    if handle is None or handle == INVALID:
        raise error(path)
    return int(handle)


def close(handle: int) -> None:
    """CloseHandle."""
    library("kernel32").CloseHandle(ctypes.c_void_p(handle))


def known_folder(name: str) -> str:
    """SHGetKnownFolderPath: by the system's own word, not by a variable that whoever started us could have set."""
    pointer = ctypes.c_wchar_p()
    key = ctypes.create_string_buffer(_guid(name), 16)
    result = library("shell32").SHGetKnownFolderPath(key, 0x8000, None, ctypes.byref(pointer))  # made if need be
    try:
        if result or not pointer.value:
            raise error(name, result & 0xFFFF)
        return pointer.value
    finally:
        library("ole32").CoTaskMemFree(pointer)


def system_folder() -> str:
    r"""GetSystemDirectoryW: ``C:\Windows\System32`` as a rule."""
    buffer = ctypes.create_unicode_buffer(512)
    if not library("kernel32").GetSystemDirectoryW(buffer, len(buffer)):
        raise error("GetSystemDirectoryW")
    return buffer.value


def _guid(text: str) -> bytes:
    import uuid

    return uuid.UUID(text).bytes_le

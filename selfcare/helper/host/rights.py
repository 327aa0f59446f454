"""Who may write where on Windows: security descriptors read as bytes and judged; made from the system's texts."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from selfcare.helper.host import winapi

SYSTEM, ADMINISTRATORS = "S-1-5-18", "S-1-5-32-544"
INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"  # NT SERVICE\TrustedInstaller
CREATOR = "S-1-3-0"  # stands for whoever makes a file: nobody is it
TRUSTED = {SYSTEM, ADMINISTRATORS, INSTALLER, CREATOR}
# The journal: of administrators, protected from what its parent would hand down; users may read.
FOLDER = "O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
PRIVATE = "D:PAI(A;;FA;;;SY)(A;;FA;;;BA)"
# Write data, append, attributes both ways, delete (children too), rights, owner, and the generic words for them.
WRITING = 0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
_ALLOWED, _DENIED, _OWNER, _DACL = 0, 1, 1, 4
_HAS_DACL = 0x4


@dataclass(frozen=True, slots=True)
class Rights:
    """``writers``: whom an entry lets write, None where everybody may do everything."""

    owner: str
    writers: frozenset[str] | None


def parse(data: bytes) -> Rights:
    """A self-relative SECURITY_DESCRIPTOR. Raises ValueError for what is none."""
    try:
        revision, _, control, owner_at, _, _, list_at = struct.unpack_from("<BBHIIII", data)
        if revision != 1 or not owner_at:
            raise ValueError("no owner")
        owner = sid(data, owner_at)
        if not control & _HAS_DACL or not list_at:
            return Rights(owner, None)
        return Rights(owner, frozenset(_writers(data, list_at)))
    except (struct.error, IndexError) as error:
        raise ValueError("cut short") from error


def _writers(data: bytes, at: int) -> Iterator[str]:
    count = struct.unpack_from("<H", data, at + 4)[0]
    at += 8
    for _ in range(count):
        kind, _, size, mask = struct.unpack_from("<BBHI", data, at)
        if kind != _DENIED and mask & WRITING:
            # An entry of a kind we do not know (with conditions, for one object) may let anybody in.
            yield sid(data, at + 8) if kind == _ALLOWED else f"entry of kind {kind}"
        at += max(size, 8)


def sid(data: bytes, at: int = 0) -> str:
    """A SID as its text."""
    revision, count = data[at], data[at + 1]
    authority = int.from_bytes(data[at + 2 : at + 8], "big")
    parts = struct.unpack_from(f"<{count}I", data, at + 8)
    return "-".join(["S", str(revision), str(authority), *map(str, parts)])


def strangers(rights: Rights, trusted: Iterable[str]) -> str | None:
    """Who else owns it or may write there."""
    known = frozenset(trusted)
    if rights.owner not in known:
        return f"it belongs to {rights.owner}"
    if rights.writers is None:
        return "everybody may write there"
    others = sorted(rights.writers - known)
    return f"{', '.join(others)} may write there" if others else None


# -- the calls -----------------------------------------------------------------------------------


def of_path(path: str) -> Rights:
    """GetFileSecurityW. Raises OSError."""
    library = winapi.library("advapi32")
    return parse(_grown(path, lambda *rest: library.GetFileSecurityW(ctypes.c_wchar_p(path), _OWNER | _DACL, *rest)))


def of_handle(handle: int) -> Rights:
    """GetKernelObjectSecurity. Raises OSError."""
    call = winapi.library("advapi32").GetKernelObjectSecurity
    return parse(_grown("handle", lambda *rest: call(ctypes.c_void_p(handle), _OWNER | _DACL, *rest)))


def _grown(what: str, call: Any) -> bytes:
    size = ctypes.c_uint32()
    call(None, 0, ctypes.byref(size))
    buffer = ctypes.create_string_buffer(max(size.value, 1))
    if not call(buffer, len(buffer), ctypes.byref(size)):
        raise winapi.error(what)
    return buffer.raw


@contextmanager
def attributes(text: str) -> Iterator[winapi.SecurityAttributes]:
    """What a new file, folder or pipe is made with, from the text of a security descriptor. Raises OSError."""
    pointer = ctypes.c_void_p()
    call = winapi.library("advapi32").ConvertStringSecurityDescriptorToSecurityDescriptorW
    if not call(ctypes.c_wchar_p(text), 1, ctypes.byref(pointer), None):
        raise winapi.error(text)
    try:
        yield winapi.SecurityAttributes(ctypes.sizeof(winapi.SecurityAttributes), pointer.value, 0)
    finally:
        winapi.library("kernel32").LocalFree(pointer)


def same_list(old: str, new: str) -> None:
    """Gives the new file the access list of the old one, where that is not what its folder gave it. Raises OSError."""
    library = winapi.library("advapi32")
    lists = [
        _grown(each, lambda *rest, each=each: library.GetFileSecurityW(ctypes.c_wchar_p(each), _DACL, *rest))
        for each in (old, new)
    ]
    if lists[0] != lists[1] and not library.SetFileSecurityW(ctypes.c_wchar_p(new), _DACL, lists[0]):
        raise winapi.error(new)


def user() -> str:
    """The SID of this process's user."""
    return token_user(_process_token())


def token_user(token: int) -> str:
    """The user a token stands for; the token is closed. Raises OSError."""
    library = winapi.library("advapi32")
    try:
        size = ctypes.c_uint32()
        buffer = ctypes.create_string_buffer(256)
        if not library.GetTokenInformation(ctypes.c_void_p(token), 1, buffer, 256, ctypes.byref(size)):
            raise winapi.error("GetTokenInformation")
        at = int.from_bytes(buffer.raw[:8], "little") - ctypes.addressof(buffer)
        return sid(buffer.raw, at)
    finally:
        winapi.close(token)


def _process_token() -> int:
    token = ctypes.c_void_p()
    me = ctypes.c_void_p(winapi.library("kernel32").GetCurrentProcess())
    if not winapi.library("advapi32").OpenProcessToken(me, 0x8, ctypes.byref(token)):
        raise winapi.error("OpenProcessToken")
    return int(token.value or 0)

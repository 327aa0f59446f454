"""CoreFoundation and SystemConfiguration of the simulated Mac: C functions as Apple's headers declare them.

They are called as machine code calls them, by ctypes: a declaration of ours that is missing or wrong cuts a pointer.
"""

from __future__ import annotations

import ctypes
import plistlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.helper.mac import Mac


REF, INDEX, BOOLEAN = ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_uint8
HEADERS: dict[str, tuple[Any, ...]] = {  # result, arguments
    "CFStringCreateWithCString": (REF, REF, ctypes.c_char_p, ctypes.c_uint32),
    "CFDataCreate": (REF, REF, REF, INDEX),
    "CFDataGetBytePtr": (REF, REF),
    "CFDataGetLength": (INDEX, REF),
    "CFPropertyListCreateWithData": (REF, REF, REF, ctypes.c_size_t, REF, REF),
    "CFPropertyListCreateData": (REF, REF, REF, INDEX, ctypes.c_size_t, REF),
    "CFRelease": (None, REF),
    "SCError": (ctypes.c_int,),
    "SCDynamicStoreCopyValue": (REF, REF, REF),
    "SCDynamicStoreNotifyValue": (BOOLEAN, REF, REF),
    "SCPreferencesCreate": (REF, REF, REF, REF),
    "SCPreferencesLock": (BOOLEAN, REF, BOOLEAN),
    "SCPreferencesUnlock": (BOOLEAN, REF),
    "SCPreferencesPathSetValue": (BOOLEAN, REF, REF, REF),
    "SCPreferencesPathRemoveValue": (BOOLEAN, REF, REF),
    "SCPreferencesCommitChanges": (BOOLEAN, REF),
    "SCPreferencesApplyChanges": (BOOLEAN, REF),
}


class Library:
    """As ctypes loads one: plain function pointers, which know no types until they are told."""

    def __init__(self, functions: Frameworks, prefix: str) -> None:
        for name, types in HEADERS.items():
            if name.startswith(prefix):
                made = ctypes.CFUNCTYPE(*types)(functions.reporting(getattr(functions, name)))
                address = ctypes.cast(made, ctypes.c_void_p).value
                assert address is not None
                setattr(self, name, ctypes.CFUNCTYPE(ctypes.c_int)(address))
                functions.kept.append(made)


class Frameworks:
    """CoreFoundation and SystemConfiguration with handles for pointers: counts what was not given back."""

    def __init__(self, mac: Mac) -> None:
        self.mac = mac
        self.held: dict[int, Any] = {}
        self.buffers: list[Any] = []
        self.locked = False
        self.kept: list[Any] = []
        self.wrong: list[BaseException] = []
        self.loaded = {f"/System/Library/Frameworks/{name}.framework/{name}": Library(self, prefix)
                       for name, prefix in (("CoreFoundation", "CF"), ("SystemConfiguration", "SC"))}  # fmt: skip

    def load(self, path: str) -> Library:
        """In place of ``ctypes.CDLL``."""
        if not self.mac.native:
            raise OSError("no such framework")
        return self.loaded[path]

    def reporting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """An exception finds no way back through C."""

        def called(*args: Any) -> Any:
            try:
                return function(*args)
            except BaseException as error:
                self.wrong.append(error)
                return 0

        return called

    def new(self, value: Any) -> int:
        number = 0x7F00_0000_0000 + len(self.buffers) * 16  # wider than 32 bits, as a pointer is
        self.buffers.append(None)
        self.held[number] = value
        return number

    def call(self, name: str) -> int:
        return int(name not in self.mac.refused)

    def CFStringCreateWithCString(self, allocator: None, text: bytes, encoding: int) -> int:
        assert encoding == 0x08000100
        return self.new(text.decode())

    def CFDataCreate(self, allocator: None, data: int, size: int) -> int:
        return self.new(ctypes.string_at(data, size))

    def CFDataGetLength(self, data: int) -> int:
        return len(self.held[data])

    def CFDataGetBytePtr(self, data: int) -> int:
        self.buffers.append(ctypes.create_string_buffer(self.held[data], len(self.held[data])))
        return ctypes.addressof(self.buffers[-1])

    def CFPropertyListCreateWithData(self, allocator: None, data: int, options: int, form: None, error: None) -> int:
        return self.new(plistlib.loads(self.held[data]))

    def CFPropertyListCreateData(self, allocator: None, value: int, form: int, options: int, error: None) -> int:
        assert form == 200
        return self.new(plistlib.dumps(self.held[value], fmt=plistlib.FMT_BINARY))

    def CFRelease(self, reference: int) -> None:
        del self.held[reference]  # twice is an error

    def SCError(self) -> int:
        return 1001

    def SCDynamicStoreCopyValue(self, store: None, key: int) -> int | None:
        if self.held[key].startswith("State:"):
            return self.new({"InterfaceName": "utun4"}) if self.mac.tunnel in self.held[key] else None
        found = self.mac.force.get(self.held[key])
        return None if found is None else self.new(found)

    def SCDynamicStoreNotifyValue(self, store: None, key: int) -> int:
        assert self.held[key] == "State:/Network/Interface/en0/RefreshConfiguration"
        self.mac.said.append("refresh en0")
        return self.call("SCDynamicStoreNotifyValue")

    def SCPreferencesCreate(self, allocator: None, name: int, which: None) -> int:
        return self.new({"changes": {}})

    def SCPreferencesLock(self, settings: int, wait: int) -> int:
        self.locked = bool(self.call("SCPreferencesLock"))
        return int(self.locked)

    def SCPreferencesUnlock(self, settings: int) -> int:
        assert self.locked
        self.locked = False
        return 1

    def SCPreferencesPathSetValue(self, settings: int, path: int, value: int) -> int:
        assert self.locked
        self.held[settings]["changes"][self.held[path]] = self.held[value]
        return self.call("SCPreferencesPathSetValue")

    def SCPreferencesPathRemoveValue(self, settings: int, path: int) -> int:
        self.held[settings]["changes"][self.held[path]] = None
        return 1

    def SCPreferencesCommitChanges(self, settings: int) -> int:
        assert self.locked
        if not self.call("SCPreferencesCommitChanges"):
            return 0
        tree = self.mac.load()
        for path, value in self.held[settings]["changes"].items():
            *above, last = path.strip("/").split("/")
            at = tree
            for name in above:
                at = at[name]
            at.pop(last, None)
            if value is not None:
                at[last] = value
        self.mac.store(tree)
        return 1

    def SCPreferencesApplyChanges(self, settings: int) -> int:
        self.mac.apply()
        return 1

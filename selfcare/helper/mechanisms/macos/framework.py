"""CoreFoundation and SystemConfiguration by ctypes: property lists in and out, every reference given back."""

from __future__ import annotations

import ctypes
import plistlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

WHERE = "/System/Library/Frameworks/{0}.framework/{0}"
UTF8, BINARY = 0x08000100, 200
P, N, B = ctypes.c_void_p, ctypes.c_long, ctypes.c_ubyte  # pointer, CFIndex, Boolean
CORE: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "CFStringCreateWithCString": (P, (P, ctypes.c_char_p, ctypes.c_uint32)),
    "CFDataCreate": (P, (P, ctypes.c_char_p, N)),
    "CFDataGetBytePtr": (P, (P,)),
    "CFDataGetLength": (N, (P,)),
    "CFPropertyListCreateWithData": (P, (P, P, ctypes.c_ulong, P, P)),
    "CFPropertyListCreateData": (P, (P, P, N, ctypes.c_ulong, P)),
    "CFRelease": (None, (P,)),
}
SYSTEM: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "SCError": (ctypes.c_int, ()),
    "SCDynamicStoreCopyValue": (P, (P, P)),
    "SCDynamicStoreNotifyValue": (B, (P, P)),
    "SCPreferencesCreate": (P, (P, P, P)),
    "SCPreferencesLock": (B, (P, B)),
    "SCPreferencesUnlock": (B, (P,)),
    "SCPreferencesPathSetValue": (B, (P, P, P)),
    "SCPreferencesPathRemoveValue": (B, (P, P)),
    "SCPreferencesCommitChanges": (B, (P,)),
    "SCPreferencesApplyChanges": (B, (P,)),
}


def libraries() -> tuple[Any, Any]:
    """Both, with the types of what is called; without them, ctypes would cut pointers to 32 bits. Raises OSError."""
    found = []
    for name, functions in (("CoreFoundation", CORE), ("SystemConfiguration", SYSTEM)):
        library = ctypes.CDLL(WHERE.format(name))
        for function, (result, arguments) in functions.items():
            try:
                called = getattr(library, function)
            except AttributeError as error:
                raise OSError(f"{name} has no {function}") from error
            called.restype, called.argtypes = result, arguments
        found.append(library)
    return found[0], found[1]


class Calls:
    """Both libraries, and what must be given back."""

    def __init__(self) -> None:
        self.core, self.system = libraries()
        self._made: list[int] = []

    def keep(self, reference: int | None) -> int:
        """Of a call whose result is ours; NULL is an error."""
        if not reference:
            raise self.failed()
        self._made.append(reference)
        return reference

    def failed(self) -> OSError:
        """What SystemConfiguration says of its last call."""
        return OSError(f"SystemConfiguration: {int(self.system.SCError())}")

    def check(self, done: int) -> None:
        """Of a call that says whether it did."""
        if not done:
            raise self.failed()

    def string(self, text: str) -> int:
        """A CFString."""
        return self.keep(self.core.CFStringCreateWithCString(None, text.encode(), UTF8))

    def value(self, plain: Any) -> int:
        """The same as a property list of CoreFoundation's."""
        data = plistlib.dumps(plain, fmt=plistlib.FMT_BINARY)
        made = self.keep(self.core.CFDataCreate(None, data, len(data)))
        return self.keep(self.core.CFPropertyListCreateWithData(None, made, 0, None, None))

    def plain(self, reference: int) -> Any:
        """What a property list of CoreFoundation's says."""
        data = self.keep(self.core.CFPropertyListCreateData(None, reference, BINARY, 0, None))
        size = int(self.core.CFDataGetLength(data))
        return plistlib.loads(ctypes.string_at(self.core.CFDataGetBytePtr(data), size))

    def end(self) -> None:
        """Gives everything back."""
        while self._made:
            self.core.CFRelease(self._made.pop())


@contextmanager
def calling() -> Iterator[Calls]:
    """Calls, and everything given back after them. Raises OSError where there are no such frameworks."""
    calls = Calls()
    try:
        yield calls
    finally:
        calls.end()

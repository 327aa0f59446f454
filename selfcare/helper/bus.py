"""The system's message bus (D-Bus), as much of it as changing settings needs.

A variant is the list [signature, value], so that what is read can be kept as JSON and sent back as it was.
"""

from __future__ import annotations

import socket
import struct
import sys
import time
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.errors import Refusal

ADDRESS = "/run/dbus/system_bus_socket"
PROPERTIES = "org.freedesktop.DBus.Properties"
TIMEOUT_S = 25.0
LARGEST = 16 * 2**20
NO_AUTO_START = 0x2  # a service that is not running is not started to be asked
CALL, RETURN, ERROR = 1, 2, 3
FIXED = {"y": "B", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d", "b": "I"}
ALIGNED = {"y": 1, "n": 2, "q": 2, "b": 4, "i": 4, "u": 4, "x": 8, "t": 8, "d": 8, "s": 4, "o": 4, "g": 1, "a": 4,
           "(": 8, "{": 8, "v": 1}  # fmt: skip
DENIED = ("AccessDenied", "PermissionDenied", "NotAuthorized", "InteractiveAuthorizationRequired", "AuthFailed")
ABSENT = ("ServiceUnknown", "NameHasNoOwner", "UnknownObject", "UnknownMethod", "UnknownInterface", "UnknownProperty")


class BusError(Exception):
    """A service's own refusal; ``name`` is its last part."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name, self.text = name.rpartition(".")[2], text


def _unix() -> socket.AddressFamily:
    if sys.platform == "win32":
        raise BusError("ServiceUnknown", "no such bus here")
    return socket.AF_UNIX


def refused(error: BusError) -> Refusal:
    """What the subscriber's program is told of it."""
    denied = any(error.name.endswith(word) for word in DENIED)
    return Refusal("needs_privilege" if denied else "failed", str(error))


class Bus:
    """One connection to the system bus."""

    def __init__(self, address: str = ADDRESS) -> None:
        self.socket = socket.socket(_unix(), socket.SOCK_STREAM)
        self.serial, self.until = 0, 0.0
        try:
            self.socket.settimeout(TIMEOUT_S)
            self.socket.connect(address)
            self._introduce()
        except OSError as error:
            self.socket.close()
            raise BusError("ServiceUnknown", str(error)) from error

    def _introduce(self) -> None:
        who = str(host.fresh_owner()[0]).encode().hex().encode()
        self.socket.sendall(b"\0AUTH EXTERNAL " + who + b"\r\n")
        said = self.socket.recv(512)
        if not said.startswith(b"OK"):
            raise BusError("AuthFailed", said.decode(errors="replace"))
        self.socket.sendall(b"BEGIN\r\n")
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")

    def close(self) -> None:
        """Ends the connection."""
        self.socket.close()

    def __enter__(self) -> Bus:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- calls -----------------------------------------------------------------------------------

    def get(self, service: str, path: str, interface: str, name: str) -> Any:
        """The value of a property."""
        return self.call(service, path, PROPERTIES, "Get", "ss", interface, name)[0][1]

    def change(self, service: str, path: str, interface: str, member: str, signature: str = "", *args: Any) -> Any:
        """A call that changes something.

        Raises:
            Refusal: the service does not want to, or we may not.
        """
        point.reached(f"before {member}")
        try:
            answer = self.call(service, path, interface, member, signature, *args)
        except BusError as error:
            raise refused(error) from error
        point.reached(f"after {member}")
        return answer

    def call(self, service: str, path: str, interface: str, member: str, signature: str = "", *args: Any) -> list[Any]:
        """What a method answers; ``BusError`` when the service, or the bus, says no."""
        self.serial += 1
        fields = [[1, ["o", path]], [2, ["s", interface]], [3, ["s", member]], [6, ["s", service]]]
        body = bytearray()
        if signature:
            fields.append([8, ["g", signature]])
            for kind, value in zip(split(signature), args, strict=True):
                marshal(body, kind, value)
        head = bytearray()
        for kind, value in zip(
            split("yyyyuua(yv)"), (ord("l"), CALL, NO_AUTO_START, 1, len(body), self.serial, fields), strict=True
        ):
            marshal(head, kind, value)
        _pad(head, 8)
        self.until = time.monotonic() + TIMEOUT_S
        try:
            self.socket.sendall(bytes(head + body))
            return self._reply()
        except TimeoutError as error:
            raise BusError("NoReply", f"{member}: nothing in {TIMEOUT_S:g} s") from error
        except OSError as error:
            raise BusError("Disconnected", str(error)) from error

    def _reply(self) -> list[Any]:
        while True:
            start = self._read(16)
            length, fields_length = struct.unpack_from("<I", start, 4)[0], struct.unpack_from("<I", start, 12)[0]
            whole = -(-(16 + fields_length) // 8) * 8
            if start[0] != ord("l") or whole + length > LARGEST:
                raise BusError("Disconnected", "unreadable")
            message = start + self._read(whole - 16 + length)
            told = dict(Reader(message[:whole], 12).value("a(yv)"))
            if start[1] not in (RETURN, ERROR) or told.get(5, ["u", 0])[1] != self.serial:
                continue
            reader = Reader(message[whole:], 0)
            values = [reader.value(kind) for kind in split(told.get(8, ["g", ""])[1])]
            if start[1] == ERROR:
                raise BusError(told[4][1], str(values[0]) if values else "")
            return values

    def _read(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.socket.settimeout(left)
            more = self.socket.recv(length - len(data))
            if not more:
                raise BusError("Disconnected", "the bus closed")
            data += more
        return data


# -- values --------------------------------------------------------------------------------------


def split(signature: str) -> list[str]:
    """The complete types of a signature, one after the other."""
    made, start = [], 0
    while start < len(signature):
        end = _end(signature, start)
        made.append(signature[start:end])
        start = end
    return made


def _end(signature: str, start: int) -> int:
    if signature[start] == "a":
        return _end(signature, start + 1)
    if signature[start] not in "({":
        return start + 1
    depth = 0
    for index in range(start, len(signature)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(signature[index], 0)
        if depth == 0:
            return index + 1
    raise ValueError(signature)


def _pad(out: bytearray, size: int) -> None:
    out.extend(bytes(-len(out) % size))


def marshal(out: bytearray, kind: str, value: Any) -> None:
    """Appends a value of one complete type."""
    first = kind[0]
    _pad(out, ALIGNED[first])
    if first in FIXED:
        out += struct.pack("<" + FIXED[first], value)
    elif first in "so":
        data = value.encode()
        out += struct.pack("<I", len(data)) + data + b"\0"
    elif first == "g":
        data = value.encode()
        out += bytes([len(data)]) + data + b"\0"
    elif first == "v":
        marshal(out, "g", value[0])
        marshal(out, value[0], value[1])
    elif first == "a":
        _marshal_array(out, kind[1:], value)
    else:
        for inner, item in zip(split(kind[1:-1]), value, strict=True):
            marshal(out, inner, item)


def _marshal_array(out: bytearray, inner: str, value: Any) -> None:
    at = len(out)
    out += bytes(4)
    _pad(out, ALIGNED[inner[0]])
    start = len(out)
    for item in value.items() if inner[0] == "{" else value:
        marshal(out, inner, item)
    struct.pack_into("<I", out, at, len(out) - start)


class Reader:
    """Reads values out of a message; dictionaries become dict, structures and arrays lists."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def value(self, kind: str) -> Any:
        """The next value, of one complete type."""
        first = kind[0]
        self.at += -self.at % ALIGNED[first]
        if first in FIXED:
            made = struct.unpack_from("<" + FIXED[first], self.data, self.at)[0]
            self.at += struct.calcsize(FIXED[first])
            return bool(made) if first == "b" else made
        if first in "so":
            return self._text(self.value("u"))
        if first == "g":
            return self._text(self.value("y"))
        if first == "v":
            signature = self.value("g")
            return [signature, self.value(signature)]
        if first == "a":
            return self._array(kind[1:])
        return [self.value(inner) for inner in split(kind[1:-1])]

    def _text(self, length: int) -> str:
        start, self.at = self.at, self.at + length + 1
        return self.data[start : start + length].decode(errors="replace")

    def _array(self, inner: str) -> Any:
        length = self.value("u")
        self.at += -self.at % ALIGNED[inner[0]]
        end = self.at + length
        items = []
        while self.at < end:
            items.append(self.value(inner))
        return dict(items) if inner[0] == "{" else items

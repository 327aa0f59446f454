"""What a network card and the other end of its cable could do: Linux ``ETHTOOL_GLINKSETTINGS``, no privilege."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from dataclasses import dataclass

_SIOCETHTOOL = 0x8946
_GLINKSETTINGS = 0x4C
# struct ethtool_link_settings: cmd, speed, duplex ... link_mode_masks_nwords at byte 15; 48 bytes, then the masks.
_HEAD, _WORDS_AT, _MAX_WORDS = 48, 15, 127
_FULL, _HALF = 1, 0
_UNKNOWN_SPEED = 0xFFFFFFFF

# Bits of the kernel's link modes, by speed in Mb/s (uapi/linux/ethtool.h).
_MODES = {
    10: (0, 1), 100: (2, 3, 67), 1000: (4, 5, 17, 41, 68), 2500: (15, 47), 5000: (48,),
    10000: (12, 18, 19, 20, 42, 43, 44, 45, 46), 25000: (31, 32, 33),
}  # fmt: skip
_MODE_BITS = {bit: speed for speed, bits in _MODES.items() for bit in bits}


@dataclass(frozen=True, slots=True)
class LinkModes:
    """Speeds in Mb/s; None where the driver does not say. ``partner_max_mbps`` is what the other end announced."""

    speed_mbps: int | None = None
    full_duplex: bool | None = None
    nic_max_mbps: int | None = None
    partner_max_mbps: int | None = None


def read(name: str) -> LinkModes:
    """Asks the driver of one interface; empty where it does not know the question."""
    if sys.platform != "linux":
        return LinkModes()
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        words = 0
        for _ in range(2):
            # The first question is answered with the number of words the masks have, negated.
            body = ctypes.create_string_buffer(_HEAD + 3 * 4 * abs(words))
            struct.pack_into("=I", body, 0, _GLINKSETTINGS)
            struct.pack_into("=b", body, _WORDS_AT, words)
            request = struct.pack("16sP16x", name.encode()[:15], ctypes.addressof(body))
            try:
                fcntl.ioctl(sock, _SIOCETHTOOL, request)
            except OSError:
                return LinkModes()
            (answered,) = struct.unpack_from("=b", body, _WORDS_AT)
            if answered >= 0:
                return parse(body.raw)
            words = -answered
    return LinkModes()


def parse(data: bytes) -> LinkModes:
    """The answer's structure with its masks; empty if it is too short for what it says it has."""
    if len(data) < _HEAD:
        return LinkModes()
    speed, duplex = struct.unpack_from("=IB", data, 4)
    (words,) = struct.unpack_from("=b", data, _WORDS_AT)
    masks = data[_HEAD:]
    if words < 0 or len(masks) < 3 * 4 * words:
        return LinkModes()
    size = 4 * words
    return LinkModes(
        speed_mbps=speed if 0 < speed < _UNKNOWN_SPEED and speed <= 1_000_000 else None,
        full_duplex={_FULL: True, _HALF: False}.get(duplex),
        nic_max_mbps=_fastest(masks[:size]),
        partner_max_mbps=_fastest(masks[2 * size : 3 * size]),
    )


def _fastest(mask: bytes) -> int | None:
    bits = int.from_bytes(mask, sys.byteorder) if sys.byteorder == "little" else _big_endian_words(mask)
    return max((speed for bit, speed in _MODE_BITS.items() if bits >> bit & 1), default=None)


def _big_endian_words(mask: bytes) -> int:
    words = struct.unpack(f"={len(mask) // 4}I", mask)
    return sum(word << (32 * index) for index, word in enumerate(words))

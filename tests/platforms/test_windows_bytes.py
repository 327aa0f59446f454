"""Windows: sizes of the structures, and reading the bytes of its calls, on any system."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.hostnet.windows import adapters, tables
from probes.hostnet.windows.structures import (
    SIZES,
    AdapterAddresses,
    ForwardRow,
    InterfaceRow,
    Memory,
    NeighbourRow,
    UnicastAddress,
    ip_text,
    utf16,
)
from probes.wire import icmp_windows
from tests.platforms import windows_memory as wm


@pytest.mark.parametrize(("kind", "size"), SIZES.items(), ids=lambda value: getattr(value, "__name__", str(value)))
def test_structures_have_the_documented_size(kind: type[ctypes.Structure], size: int) -> None:
    assert ctypes.sizeof(kind) == size


@pytest.mark.parametrize(
    ("kind", "field", "offset"),
    [
        (AdapterAddresses, "friendly_name", 72), (AdapterAddresses, "oper_status", 104),
        (AdapterAddresses, "transmit_speed", 184), (AdapterAddresses, "first_gateway", 208),
        (AdapterAddresses, "dhcp4_server", 232), (AdapterAddresses, "first_suffix", 440),
        (UnicastAddress, "prefix_origin", 32), (UnicastAddress, "prefix_length", 56),
        (ForwardRow, "next_hop", 44), (ForwardRow, "metric", 84), (NeighbourRow, "state", 76),
        (InterfaceRow, "flags", 1152), (InterfaceRow, "media_state", 1164), (InterfaceRow, "transmit_speed", 1192),
    ],
)  # fmt: skip
def test_fields_stand_where_windows_puts_them(kind: type[ctypes.Structure], field: str, offset: int) -> None:
    assert getattr(kind, field).offset == offset


def test_the_structures_of_echo_replies() -> None:
    assert ctypes.sizeof(icmp_windows._Reply) == 40
    assert ctypes.sizeof(icmp_windows._Options) == 16
    raw = (
        b"\0" * 6 + b"\xfe\x80" + b"\0" * 13 + b"\x01" + b"\0" * 4 + b"\0\0" + (11013).to_bytes(4, "little") + b"\0" * 4
    )
    assert icmp_windows.parse_reply6(raw) == ("fe80::1", 11013)
    assert icmp_windows.parse_reply6(raw[:31]) is None


def test_one_adapter() -> None:
    (raw,) = adapters.parse(wm.one_adapter())
    assert (raw.guid, raw.index, raw.name) == (wm.GUID, 12, "Connexion au réseau local")
    assert (raw.mac, raw.if_type, raw.mtu, raw.speed_bps) == ("02:00:00:ab:cd:ef", 6, 1500, 1_000_000_000)
    assert raw.dhcp_enabled
    assert (raw.dhcp_server, raw.dns_suffix) == ("192.168.7.1", "home")
    assert [(a.address, a.prefix, a.prefix_origin) for a in raw.unicast] == [
        ("192.168.7.20", 24, 3),
        ("fe80::20", 64, 2),
    ]
    # The servers Windows invents where IPv6 has none are left out; link-local ones keep their interface.
    assert raw.resolvers == ("192.168.7.1", "fe80::1%12")
    assert raw.gateways == ("fe80::1%12", "192.168.7.1")


def test_several_adapters_in_their_order_and_an_unknown_speed() -> None:
    found = adapters.parse(wm.several({"index": 3, "speed": 2**64 - 1}, {"index": 5}, {"index": 9}))
    assert [raw.index for raw in found] == [3, 5, 9]
    assert found[0].speed_bps is None


def test_a_list_that_bites_its_tail_ends() -> None:
    heap = wm.Heap()
    first = heap.put(bytes(448))
    heap.replace(first, bytes(wm.adapter(heap, following=first)))
    assert 1 < len(adapters.parse(heap.memory())) < 1000


@pytest.mark.parametrize("cut", [0, 1, 100, 447, 448, 500, 700])
def test_a_buffer_cut_short_gives_what_is_whole(cut: int) -> None:
    whole = wm.one_adapter()
    found = adapters.parse(Memory(whole.base, whole.data[:cut]))
    assert len(found) == (1 if cut >= 448 else 0)


def test_pointers_out_of_the_buffer_lead_nowhere() -> None:
    raw = AdapterAddresses(length=448, index=4, friendly_name=1, first_unicast=2**63, first_dns=wm.BASE - 8)
    (found,) = adapters.parse(Memory(wm.BASE, bytes(raw)))
    assert (found.name, found.unicast, found.resolvers) == ("if4", (), ())


@given(st.binary(max_size=2000))
def test_adapters_never_raise(data: bytes) -> None:
    adapters.parse(Memory(wm.BASE, data))


@given(st.integers(0, 1200), st.binary(min_size=1, max_size=40))
def test_adapters_never_raise_on_damage(at: int, noise: bytes) -> None:
    data = bytearray(wm.one_adapter().data)
    data[at : at + len(noise)] = noise
    adapters.parse(Memory(wm.BASE, bytes(data)))


def test_routes() -> None:
    data = wm.table(
        wm.route(12, "0.0.0.0", 0, "192.168.7.1", 10), wm.route(12, "192.168.7.0", 24, "0.0.0.0", 256),
        wm.route(12, "::", 0, "fe80::1", 20),
    )  # fmt: skip
    found = tables.routes(data)
    assert [(r.destination, r.gateway, r.metric) for r in found] == [
        ("0.0.0.0/0", "192.168.7.1", 10), ("192.168.7.0/24", None, 256), ("::/0", "fe80::1", 20),
    ]  # fmt: skip
    assert len(tables.routes(data[:-1])) == 2


def test_neighbours() -> None:
    data = wm.table(wm.neighbour(12, "192.168.7.1", "020000000001", 5), wm.neighbour(12, "192.168.7.9", "", 0))
    assert [(n.address, n.mac, n.state) for n in tables.neighbours(data)] == [
        ("192.168.7.1", "02:00:00:00:00:01", 5), ("192.168.7.9", None, 0),
    ]  # fmt: skip


def test_one_interface() -> None:
    row = tables.interface(wm.interface())
    assert row is not None
    assert (row.hardware, row.connector, row.admin_up, row.connected) == (True, True, True, True)
    unplugged = tables.interface(wm.interface(media=2))
    assert unplugged is not None
    assert unplugged.connected is False
    assert tables.interface(b"\0" * 1351) is None


def test_radios() -> None:
    def state(*radios: tuple[int, int]) -> bytes:
        body = b"".join(
            number.to_bytes(4, "little") + a.to_bytes(4, "little") + b.to_bytes(4, "little")
            for number, (a, b) in enumerate(radios)
        )
        return (len(radios).to_bytes(4, "little") + body).ljust(772, b"\0")

    assert tables.radio_blocked(state((1, 1))) is False
    assert tables.radio_blocked(state((2, 1), (1, 2))) is True
    assert tables.radio_blocked(state((2, 1), (1, 1))) is False
    assert tables.radio_blocked(state()) is None
    assert tables.radio_blocked(b"\0" * 771) is None


def test_wifi_interfaces() -> None:
    guid = bytes.fromhex("3d2c1b0a111122223333445566778899")
    row = guid + "Carte Wi-Fi".encode("utf-16-le").ljust(512, b"\0") + (1).to_bytes(4, "little")
    data = (1).to_bytes(4, "little") + b"\0" * 4 + row
    assert tables.wlan_interfaces(data) == {"{0A1B2C3D-1111-2222-3333-445566778899}": 1}
    assert tables.wlan_description(data) == "Carte Wi-Fi"


@given(st.binary(max_size=3000))
def test_tables_never_raise(data: bytes) -> None:
    tables.routes(data)
    tables.neighbours(data)
    tables.interface(data)
    tables.wlan_interfaces(data)
    tables.wlan_description(data)
    tables.radio_blocked(data)
    ip_text(data)
    utf16(data)
    icmp_windows.parse_reply6(data)

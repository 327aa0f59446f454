"""A Freebox changed: Wi-Fi, guests, forwards, reservations, restart. Nothing is sent that is known to be refused."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any
from urllib.parse import quote

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import parse, parse_home, parse_settings
from selfcare.boxes.freebox.lenient import flag, hardware, mapping, rows, text
from selfcare.boxes.freebox.session import GUEST, GUEST_SSID, Reading
from selfcare.model.box import (
    GuestNetwork,
    PortMapping,
    Protocol,
    Reservation,
    WifiRadio,
    WifiSsid,
)

SHARED_FROM = 5
"""API major from which a network says whether it shares its name and key with the other bands."""
_BOTH = (Protocol.TCP, Protocol.UDP)
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


class Writing(Reading):
    """The right ``settings`` is needed for all of it; it is known from the opening of the session."""

    def _need(self, *rights: str) -> None:
        if not self._client.paired:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        for right in rights:
            if self._client.rights is not None and right not in self._client.rights:
                raise BoxError(BoxErrorCode.MISSING_RIGHT, right=right)

    async def _ready(self, *rights: str) -> None:
        """Rights first, then the mode: in bridge mode a change would be taken and do nothing."""
        self._need(*(rights or ("settings",)))
        await self._routing()

    async def _send(self, method: str, path: str, sent: Any = None) -> Any:
        return await self._client.call(method, path, sent)

    async def set_wifi_enable(self, enable: bool) -> None:
        """All of Wi-Fi. The PC's own connection may go with it, and the answer too."""
        await self._ready()
        await self._send("PUT", "wifi/config/", {"enabled": enable})

    async def set_radio(self, radio: WifiRadio) -> None:
        """Channel, width, on or off; a firmware that keeps no switch per radio says so."""
        await self._ready()
        told = mapping(await self._get(f"wifi/ap/{_number(radio.id)}"))
        config = parse_settings.radio_wish(radio, told)
        if radio.enable is not None and "enabled" not in config:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        if config:
            await self._send("PUT", f"wifi/ap/{_number(radio.id)}", {"config": config})

    async def set_ssid(self, ssid: WifiSsid) -> None:
        """Only what is wished is sent; whether name and key are shared by all bands stays as it is."""
        await self._ready()
        try:
            config = parse_settings.network_wish(ssid)
        except KeyError:
            raise BoxError(BoxErrorCode.UNSUPPORTED) from None
        networks = rows(await self._get("wifi/bss/"))
        known = next((each for each in networks if text(each.get("id")) == ssid.id), None)
        if known is None:
            raise BoxError(BoxErrorCode.NOT_FOUND)
        sent: dict[str, Any] = {"config": config}
        shared = flag(known.get("use_shared_params"))
        if self._client.major >= SHARED_FROM and shared is not None:
            sent["use_shared_params"] = shared
        if config:
            await self._send("PUT", f"wifi/bss/{quote(ssid.id, safe=':')}", sent)

    async def set_guest(self, guest: GuestNetwork) -> None:
        """A key is made, replaced or taken away, since there is nothing else to switch.

        Several keys were given to several people: they are not all taken away by one word, which could not be undone.
        """
        await self._ready()
        if self._client.major < GUEST:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        keys = rows(await self._get("wifi/custom_key/"))
        if len(keys) > 1:
            raise BoxError(BoxErrorCode.CONFLICT, kind="guest_keys", count=len(keys))
        await self._set_guest_ssid(guest.ssid)
        if guest.enable is False:
            for each in keys:
                await self._drop_key(each)
        elif guest.enable or (keys and not _same_key(guest, keys[0])):
            await self._put_key(guest, keys[0] if keys else None)

    async def _set_guest_ssid(self, ssid: str | None) -> None:
        if ssid is None:
            return
        if self._client.major < GUEST_SSID:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        told = mapping(await self._guest_config())
        if text(told.get("ssid")) == ssid:
            return
        if not told or flag(told.get("ssid_read_only")) is True:
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        try:
            await self._send("PUT", "wifi/custom_keys/config/", {"ssid": ssid})
        except BoxError as error:
            if error.code is not BoxErrorCode.UNSUPPORTED:
                raise
            await self._send("PUT", "wifi/custom_key/config/", {"ssid": ssid})

    async def _put_key(self, guest: GuestNetwork, old: Any) -> None:
        """A key cannot be changed: the old one goes, the new one comes, and the old one again if it does not."""
        before = mapping(mapping(old).get("params"))
        wanted = _key_wish(guest, before)
        if old is not None:
            if _same_key(guest, old):
                return
            await self._drop_key(old)
        try:
            await self._send("POST", "wifi/custom_key/", wanted)
        except BoxError:
            if parse_settings.key(before.get("key")) is not None:
                await self._send("POST", "wifi/custom_key/", dict(before))
            raise

    async def _drop_key(self, told: Any) -> None:
        await self._send("DELETE", f"wifi/custom_key/{_number(text(mapping(told).get('id')))}")

    async def put_forward(self, mapping: PortMapping) -> None:
        """Ports outside a shared address, and ports a service of the box has, are told without asking for them."""
        await self._ready()
        await self._check_ports(mapping)
        parts = (mapping.id or "").split("+") if mapping.id else []
        wanted = _BOTH if mapping.protocol is Protocol.BOTH else (mapping.protocol,)
        made: list[str] = []
        try:
            for place, protocol in enumerate(wanted):
                sent = parse_settings.forward_wish(mapping, protocol)
                if place < len(parts):
                    await self._send("PUT", f"fw/redir/{_number(parts[place])}", sent)
                    continue
                told = await self._send("POST", "fw/redir/", sent)
                made += [name for each in rows(told) if (name := text(each.get("id"))) is not None]
            for surplus in parts[len(wanted) :]:
                await self._send("DELETE", f"fw/redir/{_number(surplus)}")
        except BoxError:
            for name in made:  # one of two: half a wish is none
                await self._send("DELETE", f"fw/redir/{_number(name)}")
            raise

    async def _check_ports(self, wish: PortMapping) -> None:
        connection, incoming = await asyncio.gather(self._get("connection/"), self._maybe("fw/incoming/"))
        ports = parse.wan(connection).ports
        if ports is not None and not (wish.external_port in ports and wish.last in ports):
            raise BoxError(BoxErrorCode.OUTSIDE_PORT_RANGE, first=ports.first, last=ports.last)
        taken = parse_settings.taken_by_box(incoming, wish) if wish.enable else None
        if taken is not None:
            raise BoxError(BoxErrorCode.RESERVED_PORT, port=taken[0], service=taken[1])

    async def delete_forward(self, mapping: PortMapping) -> None:
        """By the box's number, else the one that leads the same way; one that a program asked for is its own list's."""
        await self._ready()
        if mapping.origin == "upnp" and mapping.id:
            await self._send("DELETE", f"upnpigd/redir/{quote(mapping.id, safe='')}")
            return
        numbers = mapping.id
        if numbers is None:
            known = [each for each in await self._forwards() if each.origin == "user" and _alike(each, mapping)]
            if not known or known[0].id is None:
                raise BoxError(BoxErrorCode.NOT_FOUND)
            numbers = known[0].id
        for each in numbers.split("+"):
            await self._send("DELETE", f"fw/redir/{_number(each)}")

    async def put_reservation(self, reservation: Reservation) -> None:
        """Made, or changed where the machine has one."""
        await self._ready()
        leases = await self._get("dhcp/static_lease/")
        mac = hardware(reservation.phys_address)
        if mac is None:
            raise BoxError(BoxErrorCode.INVALID)
        sent = {"mac": mac.upper(), "ip": reservation.ip_address, "comment": reservation.comment or ""}
        name = parse_home.lease_id(leases, mac)
        if name is None:
            await self._send("POST", "dhcp/static_lease/", sent)
        else:
            await self._send("PUT", f"dhcp/static_lease/{quote(name, safe=':')}", sent)

    async def delete_reservation(self, phys_address: str) -> None:
        """By the machine."""
        await self._ready()
        leases = await self._get("dhcp/static_lease/")
        name = parse_home.lease_id(leases, hardware(phys_address) or "")
        if name is None:
            raise BoxError(BoxErrorCode.NOT_FOUND)
        await self._send("DELETE", f"dhcp/static_lease/{quote(name, safe=':')}")

    async def reboot(self) -> None:
        """In bridge mode too."""
        self._need("settings")
        await self._send("POST", "system/reboot/")


def _number(name: str | None) -> str:
    """Part of an address: digits only, whatever a wish or a box says."""
    if name is None or not name.isdecimal() or len(name) > 12:
        raise BoxError(BoxErrorCode.NOT_FOUND)
    return name


def _alike(one: PortMapping, other: PortMapping) -> bool:
    return (one.external_port, one.last, one.protocol, one.internal_client, one.internal_port) == (
        other.external_port,
        other.last,
        other.protocol,
        other.internal_client,
        other.internal_port,
    )


def _same_key(guest: GuestNetwork, told: Any) -> bool:
    """Whether the key that is there is the one wished: then nothing is done, and its time runs on."""
    now = parse_settings.guest([told], None)
    return (
        guest.key in (None, now.key)
        and guest.internet_only in (None, now.internet_only)
        and (guest.remaining is None) == (now.remaining is None)
        and abs((guest.remaining or 0) - (now.remaining or 0)) < 60
    )


def _key_wish(guest: GuestNetwork, before: Any) -> dict[str, Any]:
    """For ``POST wifi/custom_key/``: what is not wished stays as it was. Duration 0 has no end."""
    key = guest.key or parse_settings.key(before.get("key")) or "".join(secrets.choice(_ALPHABET) for _ in range(16))
    only = guest.internet_only
    kept = before.get("access_type") if before.get("access_type") in ("full", "net_only") else "net_only"
    return {
        "description": text(before.get("description")) or "Selfcare",
        "key": key,
        "max_use_count": before.get("max_use_count") or 0,
        "duration": int(guest.remaining or 0),
        "access_type": kept if only is None else "net_only" if only else "full",
    }

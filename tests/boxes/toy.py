"""A tiny family for tests of what stands around the drivers: HTTP with a password, a uid, and one of every failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from selfcare.boxes.driver import Claim, Driver, PairingKind, PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import (
    AccessMedium,
    BoxFamily,
    Capability,
    DeviceInfo,
    DslDirection,
    DslLine,
    HomeHost,
    LinkStatus,
    Support,
    WanStatus,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Kbps, Seconds
from tests.boxes.base import Simulator

FAMILY = BoxFamily.BBOX  # any family with a password: the toy stands in its place


class ToyBox(Simulator):
    """``/who`` without login; the rest wants the password as a header. A wrong one is counted."""

    family = "toy"

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/who", self._who)
        app.router.add_get("/login", self._login)
        app.router.add_get("/line", self._line)
        app.router.add_get("/wifi", self._wifi)

    async def _who(self, request: web.Request) -> web.Response:
        home = self.home
        return web.json_response({"uid": home.uid, "up": home.up_time, "serial": home.serial, "mac": home.mac})

    def _known(self, request: web.Request) -> bool:
        return request.headers.get("X-Password") == self.home.password

    async def _login(self, request: web.Request) -> web.Response:
        return web.json_response({}, status=200 if self._known(request) else 401)

    async def _line(self, request: web.Request) -> web.Response:
        if not self._known(request):
            return web.json_response({}, status=401)
        dsl = self.home.line.dsl
        return web.json_response({"rate": dsl.rate_down, "crc": dsl.crc, "es": dsl.es, "showtime": dsl.showtime,
                                  "retrains": dsl.retrains})  # fmt: skip

    async def _wifi(self, request: web.Request) -> web.Response:
        ssid = self.home.ssids[0]
        return web.json_response({"ssid": ssid.ssid, "key": ssid.key}, status=200 if self._known(request) else 401)

    @property
    def logins(self) -> int:
        return sum(a.path == "/login" for a in self.asked)


class ToySession:
    """Reads device, wan, dsl, wifi, hosts."""

    family = FAMILY
    rights: frozenset[str] | None = None

    def __init__(self, place: Place) -> None:
        self._wire = Wire(place, host=place.address)
        self._password: Secret | None = None

    async def log_in(self, credential: Secret) -> None:
        answer = await self._wire.request("GET", "/login", headers={"X-Password": credential.reveal()})
        if answer.status == 401:
            raise BoxError(BoxErrorCode.LOGIN_FAILED, f"bad password {credential.reveal()}")
        self._password = credential

    async def close(self) -> None:
        await self._wire.close()

    async def _get(self, path: str) -> Any:
        headers = {"X-Password": self._password.reveal()} if self._password else {}
        answer = await self._wire.request("GET", path, headers=headers)
        if answer.status == 401:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        return answer.json()

    async def device(self) -> DeviceInfo:
        return device(await self._get("/who"))

    async def wan(self) -> WanStatus:
        await self._get("/line")
        return WanStatus(medium=AccessMedium.DSL, link=LinkStatus.UP, ipv4_address="90.63.21.45")

    async def dsl(self) -> DslLine:
        line = await self._get("/line")
        down = DslDirection(rate=Kbps(line["rate"]), crc_errors=line["crc"], errored_secs=line["es"])
        return DslLine(LinkStatus.UP, showtime=Seconds(line["showtime"]), retrains=line["retrains"], down=down)

    async def wifi(self) -> WifiSettings:
        found = await self._get("/wifi")
        return WifiSettings(True, ssids=(WifiSsid("1", ssid=found["ssid"], key=found["key"]),))

    async def hosts(self) -> tuple[HomeHost, ...]:
        await self._get("/line")
        return (HomeHost("3c:52:82:00:00:01", "192.168.1.20", host_name="pc-camille", active=True),)


def device(told: dict[str, Any]) -> DeviceInfo:
    return DeviceInfo(FAMILY, "Toy", "toy-1", uid=told["uid"], up_time=Seconds(told["up"]),
                      serial_number=told["serial"], mac_address=told["mac"])  # fmt: skip


async def recognise(place: Place) -> DeviceInfo | None:
    async with Wire(place, host=place.address) as wire:
        try:
            return device((await wire.request("GET", "/who", limit_s=1.0)).json())
        except (BoxError, KeyError, TypeError):
            return None


async def pair(place: Place, password: Secret | None) -> AsyncIterator[PairingStep]:
    session = ToySession(place)
    try:
        if password is None:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        await session.log_in(password)
        yield PairingStep(PairingState.GRANTED, "box.pairing.granted", password)
    except BoxError as error:
        if error.code is not BoxErrorCode.LOGIN_FAILED:
            raise
        yield PairingStep(PairingState.DENIED, "box.pairing.denied")
    finally:
        await session.close()


DRIVER = Driver(
    FAMILY, PairingKind.PASSWORD, recognise, ToySession, pair, ("toy.box",), {"toy": "Toy"},
    (
        Claim(Capability.DEVICE, Support.YES, source="recorded"),
        Claim(Capability.WAN, Support.YES, source="recorded"),
        Claim(Capability.DSL, Support.YES, source="recorded"),
        Claim(Capability.DSL, Support.NO, ("toy-2",), source="recorded"),
        Claim(Capability.WIFI, Support.YES, source="recorded"),
        Claim(Capability.HOSTS, Support.YES, source="recorded"),
        Claim(Capability.TV, Support.NO, source="documentation"),
    ),
    min_interval_s=0.0, session_type=ToySession,
)  # fmt: skip


class Scripted:
    """A session whose every port does what the test says; ``answers`` by method name."""

    family = FAMILY
    rights: frozenset[str] | None = None

    async def log_in(self, credential: Secret) -> None: ...

    async def close(self) -> None: ...

    async def device(self) -> DeviceInfo:
        return DeviceInfo(FAMILY, "Toy", "toy-1", uid="u")


def scripted(**ports: Callable[[], Any]) -> Scripted:
    """Values, exceptions, or coroutine functions, by port method."""

    def method(act: Callable[[], Any]) -> Any:
        async def run(_self: object) -> Any:
            found = act()
            return await found if asyncio.iscoroutine(found) else found

        return run

    return type("Session", (Scripted,), {name: method(act) for name, act in ports.items()})()


def fails(code: BoxErrorCode, **more: Any) -> Callable[[], Any]:
    def act() -> Any:
        raise BoxError(code, **more)

    return act


def with_uid(info: DeviceInfo, uid: str) -> DeviceInfo:
    return replace(info, uid=uid)

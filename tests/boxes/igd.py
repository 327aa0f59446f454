"""A UPnP gateway, as plain or as odd as wanted: IGD 1 or 2, IP or PPP connection, with or without the list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from aiohttp import web

from tests.boxes import soapish
from tests.boxes.base import Simulator
from tests.boxes.home import Forward, Home
from tests.boxes.soapish import Action, Refusal

MAPPING = {
    "NewRemoteHost": "string", "NewExternalPort": "ui2", "NewProtocol": "string", "NewInternalPort": "ui2",
    "NewInternalClient": "string", "NewEnabled": "boolean", "NewPortMappingDescription": "string",
    "NewLeaseDuration": "ui4",
}  # fmt: skip
KEY = {name: MAPPING[name] for name in ("NewRemoteHost", "NewExternalPort", "NewProtocol")}
REST = {name: kind for name, kind in MAPPING.items() if name not in KEY}
LINK = {
    "NewWANAccessType": "string", "NewLayer1UpstreamMaxBitRate": "ui4", "NewLayer1DownstreamMaxBitRate": "ui4",
    "NewPhysicalLinkStatus": "string",
}  # fmt: skip
SESSION = {"NewConnectionStatus": "string", "NewLastConnectionError": "string", "NewUptime": "ui4"}
LISTING = {
    "NewStartPort": "ui2", "NewEndPort": "ui2", "NewProtocol": "string", "NewManage": "boolean",
    "NewNumberOfPorts": "ui2",
}  # fmt: skip
STATUS = {"connected": "Connected", "connecting": "Connecting", "disconnected": "Disconnected"}


@dataclass
class Manners:
    """How this gateway is odd. ``connection`` and ``versions``: a Livebox 3 has WANPPPConnection and 2.

    ``deny`` below this port: 606. ``same_port``: 724. ``permanent``: 725. ``full`` after so many: 728. ``client``:
    whose mappings alone are taken (718 for others). ``base``: URLBase. ``idle``: a second connection, down, first.
    """

    version: int = 2
    connection: str = "WANIPConnection"
    listing: bool = True
    deny: int = 0
    same_port: bool = False
    permanent: bool = False
    full: int = 100
    client: str | None = "127.0.0.1"
    base: str | None = None
    idle: bool = False
    scpd: str | None = None
    namespace: bool = True
    leases: dict[tuple[int, str], int] = field(default_factory=dict)


class IgdBox(Simulator):
    family = "igd"
    port = 5431

    def __init__(self, home: Home | None = None, latency_s: float = 0.0, manners: Manners | None = None) -> None:
        super().__init__(home, latency_s)
        self.manners = manners or Manners()
        self.instead: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {}

    # -- what it says of itself ----------------------------------------------------------------------

    @property
    def connection_type(self) -> str:
        return f"urn:schemas-upnp-org:service:{self.manners.connection}:{self.manners.version}"

    def description(self) -> str:
        version, conn = self.manners.version, self.manners.connection
        services = [_service(self.connection_type, "WANIPConn1", "/conn.xml", "/ctl/conn")]
        if self.manners.idle:
            services.insert(0, _service(self.connection_type, "WANIPConn0", "/conn.xml", "/ctl/idle"))
        common = _service(
            "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1", "WANCommonIFC1", "/common.xml", "/ctl/common"
        )
        inner = _device(f"WANConnectionDevice:{version}", "".join(services))
        wan = _device(f"WANDevice:{version}", common, inner)
        more = _service("urn:schemas-upnp-org:service:Layer3Forwarding:1", "L3Forwarding1", "/l3.xml", "/ctl/l3")
        names = (
            f"<friendlyName>{'Orange Livebox' if conn.startswith('WANPPP') else 'Box'}</friendlyName>"
            f"<manufacturer>Simulated</manufacturer><modelName>Gateway</modelName><modelNumber>3</modelNumber>"
            f"<serialNumber>{escape(self.home.serial)}</serialNumber><UDN>uuid:{escape(self.home.uid)}</UDN>"
        )
        root = _device(f"InternetGatewayDevice:{version}", more, wan, names)
        base = f"<URLBase>{self.manners.base}</URLBase>" if self.manners.base else ""
        space = ' xmlns="urn:schemas-upnp-org:device-1-0"' if self.manners.namespace else ""
        return f'<?xml version="1.0"?><root{space}>{base}{root}</root>'

    def routes(self, app: web.Application) -> None:
        pages = {
            "/rootDesc.xml": self.description,
            "/conn.xml": lambda: self.manners.scpd or soapish.scpd(self.connection_actions()),
            "/common.xml": lambda: soapish.scpd(self.common_actions()),
        }
        for path, page in pages.items():
            app.router.add_get(path, self._page(path, page))
        app.router.add_post("/ctl/{service}", self._control)

    def _page(self, path: str, page: Callable[[], str]) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            other = self.instead.get(path)
            return await other(request) if other is not None else soapish.xml(page())

        return answer

    async def _control(self, request: web.Request) -> web.StreamResponse:
        action = request.headers.get("SOAPAction", "")
        other = self.instead.get(action.strip('"').partition("#")[2])
        if other is not None:
            return await other(request)
        kinds = {
            "conn": (self.connection_type, self.connection_actions()),
            "idle": (self.connection_type, self.connection_actions() | {"GetStatusInfo": Action(_idle)}),
            "common": ("urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1", self.common_actions()),
        }
        kind, actions = kinds[request.match_info["service"]]
        return soapish.perform(action, await request.text(), kind, actions)

    # -- what it does --------------------------------------------------------------------------------

    def common_actions(self) -> dict[str, Action]:
        line = self.home.line
        return {
            "GetCommonLinkProperties": Action(
                lambda _: {
                    "NewWANAccessType": "Cable", "NewLayer1UpstreamMaxBitRate": 100_000_000,
                    "NewLayer1DownstreamMaxBitRate": 1_000_000_000,
                    "NewPhysicalLinkStatus": "Up" if line.session == "connected" else "Down",
                },
                {},
                LINK,
            ),
            "GetTotalBytesReceived": Action(
                lambda _: {"NewTotalBytesReceived": line.received % 2**32}, {}, {"NewTotalBytesReceived": "ui4"}
            ),
            "GetTotalBytesSent": Action(
                lambda _: {"NewTotalBytesSent": line.sent % 2**32}, {}, {"NewTotalBytesSent": "ui4"}
            ),
        }  # fmt: skip

    def connection_actions(self) -> dict[str, Action]:
        actions = {
            "GetStatusInfo": Action(self._status, {}, SESSION),
            "GetExternalIPAddress": Action(self._address, {}, {"NewExternalIPAddress": "string"}),
            "GetGenericPortMappingEntry": Action(self._generic, {"NewPortMappingIndex": "ui2"}, MAPPING),
            "GetSpecificPortMappingEntry": Action(self._specific, KEY, REST),
            "AddPortMapping": Action(self._add, MAPPING),
            "DeletePortMapping": Action(self._delete, KEY),
        }  # fmt: skip
        if self.manners.version == 2:
            actions["AddAnyPortMapping"] = Action(self._add_any, MAPPING, {"NewReservedPort": "ui2"})
            if self.manners.listing:
                ins = LISTING
                actions["GetListOfPortMappings"] = Action(self._list, ins, {"NewPortListing": "string"})
        return actions

    def _status(self, _: Mapping[str, str]) -> dict[str, object]:
        line = self.home.line
        return {
            "NewConnectionStatus": STATUS[line.session],
            "NewLastConnectionError": line.last_error or "ERROR_NONE",
            "NewUptime": line.up_time,
        }

    def _address(self, _: Mapping[str, str]) -> dict[str, object]:
        """As miniupnpd does: no address at all rather than one that is not public."""
        return {"NewExternalIPAddress": "" if self.home.line.cgnat else self.home.line.ipv4}

    def entry(self, forward: Forward) -> dict[str, object]:
        return {
            "NewRemoteHost": "", "NewExternalPort": forward.external, "NewProtocol": forward.protocol.upper(),
            "NewInternalPort": forward.internal, "NewInternalClient": forward.client, "NewEnabled": forward.enable,
            "NewPortMappingDescription": forward.description,
            "NewLeaseDuration": self.manners.leases.get((forward.external, forward.protocol), 0),
        }  # fmt: skip

    def _generic(self, given: Mapping[str, str]) -> dict[str, object]:
        index = int(given["NewPortMappingIndex"])
        if index >= len(self.home.forwards):
            raise Refusal(713, "SpecifiedArrayIndexInvalid")
        return self.entry(self.home.forwards[index])

    def _find(self, given: Mapping[str, str]) -> Forward | None:
        wanted = int(given["NewExternalPort"]), given["NewProtocol"].lower()
        return next((one for one in self.home.forwards if (one.external, one.protocol) == wanted), None)

    def _specific(self, given: Mapping[str, str]) -> dict[str, object]:
        found = self._find(given)
        if found is None:
            raise Refusal(714, "NoSuchEntryInArray")
        return {key: value for key, value in self.entry(found).items() if key not in KEY}

    def _list(self, given: Mapping[str, str]) -> dict[str, object]:
        entries = [self.entry(one) for one in self.home.forwards if one.protocol.upper() == given["NewProtocol"]]
        if not entries:
            raise Refusal(730, "PortMappingNotFound")
        names = {"NewPortMappingDescription": "NewDescription", "NewLeaseDuration": "NewLeaseTime"}
        inner = "".join(
            "<p:PortMappingEntry>"
            + "".join(
                f"<p:{names.get(k, k)}>{escape(soapish._text(v))}</p:{names.get(k, k)}>" for k, v in entry.items()
            )
            + "</p:PortMappingEntry>"
            for entry in entries
        )
        space = "urn:schemas-upnp-org:gw:WANIPConnection"
        return {"NewPortListing": f'<p:PortMappingList xmlns:p="{space}">{inner}</p:PortMappingList>'}

    def _checked(self, given: Mapping[str, str], external: int) -> None:
        manners, internal = self.manners, int(given["NewInternalPort"])
        if self.home.line.cgnat or self.home.line.session != "connected":
            raise Refusal(501, "ActionFailed")
        if external == 0:
            raise Refusal(716, "WildCardNotPermittedInExtPort")
        if external < manners.deny:
            raise Refusal(606, "Action not authorized")
        if manners.client is not None and given["NewInternalClient"] != manners.client:
            raise Refusal(718, "ConflictInMappingEntry")
        if manners.same_port and internal != external:
            raise Refusal(724, "SamePortValuesRequired")
        if manners.permanent and given["NewLeaseDuration"] != "0":
            raise Refusal(725, "OnlyPermanentLeasesSupported")
        if len(self.home.forwards) >= manners.full:
            raise Refusal(728, "NoPortMapsAvailable")

    def _add(self, given: Mapping[str, str]) -> dict[str, object]:
        external = int(given["NewExternalPort"])
        self._checked(given, external)
        there = self._find(given)
        if there is not None and there.client != given["NewInternalClient"]:
            raise Refusal(718, "ConflictInMappingEntry")
        if there is not None:
            self.home.forwards.remove(there)
        self._keep(given, external)
        return {}

    def _keep(self, given: Mapping[str, str], external: int) -> None:
        protocol, lease = given["NewProtocol"].lower(), int(given["NewLeaseDuration"])
        made = Forward(
            external, int(given["NewInternalPort"]), given["NewInternalClient"], protocol,
            given["NewEnabled"] == "1", given["NewPortMappingDescription"], origin="upnp",
        )  # fmt: skip
        self.home.forwards.append(made)
        self.manners.leases[external, protocol] = lease or (604_800 if self.manners.version == 2 else 0)

    def _add_any(self, given: Mapping[str, str]) -> dict[str, object]:
        external = int(given["NewExternalPort"])
        self._checked(given, external)
        while self._find({**given, "NewExternalPort": str(external)}) is not None:
            external += 1
        self._keep(given, external)
        return {"NewReservedPort": external}

    def _delete(self, given: Mapping[str, str]) -> dict[str, object]:
        found = self._find(given)
        if found is None:
            raise Refusal(714, "NoSuchEntryInArray")
        self.home.forwards.remove(found)
        return {}


def _idle(_: Mapping[str, str]) -> dict[str, object]:
    return {"NewConnectionStatus": "Disconnected", "NewLastConnectionError": "ERROR_NONE", "NewUptime": 0}


def _service(kind: str, name: str, scpd: str, control: str) -> str:
    return (
        f"<service><serviceType>{kind}</serviceType><serviceId>urn:upnp-org:serviceId:{name}</serviceId>"
        f"<SCPDURL>{scpd}</SCPDURL><controlURL>{control}</controlURL><eventSubURL>/evt</eventSubURL></service>"
    )


def _device(kind: str, services: str, inner: str = "", names: str = "") -> str:
    devices = f"<deviceList>{inner}</deviceList>" if inner else ""
    return (
        f"<device><deviceType>urn:schemas-upnp-org:device:{kind}</deviceType>{names}"
        f"<serviceList>{services}</serviceList>{devices}</device>"
    )


SIMULATOR = IgdBox

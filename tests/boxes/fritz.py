"""A FRITZ!Box 7590 by TR-064: SOAP with HTTP Digest, one service description per service, its host list as a file."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from aiohttp import web

from tests.boxes import soapish
from tests.boxes.base import Simulator
from tests.boxes.fritz_wifi import Network, strings
from tests.boxes.home import Forward, Home, Host, Plan
from tests.boxes.igd import KEY, MAPPING, REST
from tests.boxes.soapish import Action, Refusal

USER, REALM = "camille", "F!Box SOAP-Auth"
DSL = {"up": "Up", "initialising": "Initializing", "down": "NoSignal"}
STATUS = {"connected": "Connected", "connecting": "Connecting", "disconnected": "Disconnected"}
OPEN = {("LANConfigSecurity1", "X_AVM-DE_GetUserList")}
"""Actions that want no login."""
DESLASH = re.compile(r'(\w+)="?([^",]*)"?')


class FritzBox(Simulator):
    """``nonces`` are good for ``expire_after`` requests each. ``settings_right`` False: the user may only look."""

    family = "fritz"
    port = 49000

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        super().__init__(home, latency_s)
        self.nonces: dict[str, int] = {}
        self.attempts = 0
        self.challenge: Callable[[str], str] = lambda nonce: (
            f'Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5, qop="auth"'
        )
        self.instead: dict[str, Callable[[web.Request], object]] = {}
        self.services: dict[str, dict[str, Action]] = {
            "DeviceInfo1": self._device(), "DeviceConfig1": self._config(), "LANConfigSecurity1": self._security(),
            "Hosts1": self._hosts(), "X_AVM-DE_HostFilter1": self._filter(), "LANHostConfigManagement1": self._dhcp(),
            "WANCommonInterfaceConfig1": self._common(), "WANDSLInterfaceConfig1": self._dsl(),
            "WANPPPConnection1": self._connection(ppp=True), "WANIPConnection1": self._connection(ppp=False),
            **{f"WLANConfiguration{n}": Network(self.home, n, self._writes).actions() for n in (1, 2, 3)},
        }  # fmt: skip

    # -- HTTP ----------------------------------------------------------------------------------------

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/tr64desc.xml", self._page(self.description))
        for name, actions in self.services.items():
            app.router.add_get(f"/{name}SCPD.xml", self._page(lambda actions=actions: soapish.scpd(actions)))
        app.router.add_get("/devicehostlist.lua", self._page(self.host_list))
        app.router.add_post("/upnp/control/{service}", self._control)

    def _page(self, page: Callable[[], str]) -> Callable[[web.Request], object]:
        async def answer(request: web.Request) -> web.StreamResponse:
            other = self.instead.get(request.path)
            return await other(request) if other is not None else soapish.xml(page())  # type: ignore[misc]

        return answer

    async def _control(self, request: web.Request) -> web.StreamResponse:
        name, action = request.match_info["service"], request.headers.get("soapaction", "").partition("#")[2]
        if action in self.instead:
            return await self.instead[action](request)  # type: ignore[misc]
        if (name, action) not in OPEN and not self._admitted(request):
            return self._unauthorised()
        return soapish.perform(request.headers["soapaction"], await request.text(), _type(name), self.services[name])

    def _unauthorised(self) -> web.Response:
        nonce = secrets.token_hex(8)
        self.nonces[nonce] = self.home.expire_after or 10**9
        return web.Response(
            status=401, headers={"WWW-Authenticate": self.challenge(nonce)}, content_type="text/html",
            text="<HTML><HEAD><TITLE>401 Unauthorized (ERR_NONE)</TITLE></HEAD></HTML>",
        )  # fmt: skip

    def _admitted(self, request: web.Request) -> bool:
        given = dict(DESLASH.findall(request.headers.get("Authorization", "").partition(" ")[2]))
        nonce = given.get("nonce", "")
        if self.nonces.get(nonce, 0) <= 0:
            return False
        self.nonces[nonce] -= 1
        kind = hashlib.sha256 if given.get("algorithm") == "SHA-256" else hashlib.md5
        first = kind(f"{USER}:{REALM}:{self.home.password}".encode()).hexdigest()
        second = kind(f"{request.method}:{given.get('uri')}".encode()).hexdigest()
        middle = f"{nonce}:{given.get('nc')}:{given.get('cnonce')}:{given.get('qop')}" if "qop" in given else nonce
        good = kind(f"{first}:{middle}:{second}".encode()).hexdigest()
        right = given.get("response") == good and given.get("username") == USER and given.get("uri") == request.path_qs
        self.attempts += not right
        return right

    # -- what it says of itself ----------------------------------------------------------------------

    def description(self) -> str:
        listed = "".join(
            f"<service><serviceType>{_type(name)}</serviceType><serviceId>urn:{name}-com:serviceId:{name}</serviceId>"
            f"<controlURL>/upnp/control/{name}</controlURL><eventSubURL>/upnp/control/{name}</eventSubURL>"
            f"<SCPDURL>/{name}SCPD.xml</SCPDURL></service>"
            for name in self.services
        )
        version = self.home.firmware or "154.07.57"
        return (
            '<?xml version="1.0"?><root xmlns="urn:dslforum-org:device-1-0">'
            "<specVersion><major>1</major><minor>0</minor></specVersion>"
            f"<systemVersion><HW>226</HW><Major>154</Major><Minor>7</Minor><Patch>57</Patch>"
            f"<Buildnumber>1</Buildnumber><Display>{version}</Display></systemVersion>"
            "<device><deviceType>urn:dslforum-org:device:InternetGatewayDevice:1</deviceType>"
            "<friendlyName>FRITZ!Box 7590</friendlyName><manufacturer>AVM</manufacturer>"
            "<modelName>FRITZ!Box 7590</modelName>"
            f"<UDN>uuid:739f2409-bccb-40e7-8e6c-{self.home.uid}</UDN><serviceList>{listed}</serviceList></device></root>"
        )

    def host_list(self) -> str:
        kinds = {"ethernet": "Ethernet"}
        listed = "".join(
            f"<Item><Index>{n}</Index><IPAddress>{one.ip}</IPAddress><MACAddress>{one.mac.upper()}</MACAddress>"
            f"<Active>{int(one.active)}</Active><HostName>{escape(one.name)}</HostName>"
            f"<InterfaceType>{kinds.get(one.layer, '802.11')}</InterfaceType><X_AVM-DE_Speed>1000</X_AVM-DE_Speed>"
            f"<X_AVM-DE_Guest>0</X_AVM-DE_Guest><X_AVM-DE_WANAccess>{'denied' if one.blocked else 'granted'}"
            f"</X_AVM-DE_WANAccess><X_AVM-DE_Disallow>{int(one.blocked)}</X_AVM-DE_Disallow></Item>"
            for n, one in enumerate(self.home.hosts, 1)
        )
        return f'<?xml version="1.0" encoding="UTF-8"?><List><!-- devicehosts -->{listed}</List>'

    def _writes(self) -> None:
        if not self.home.settings_right:
            raise Refusal(606, "Action not authorized")

    def _device(self) -> dict[str, Action]:
        def info(_: Mapping[str, str]) -> dict[str, object]:
            return {
                "NewManufacturerName": "AVM", "NewModelName": "FRITZ!Box 7590", "NewSerialNumber": self.home.serial,
                "NewSoftwareVersion": self.home.firmware or "154.07.57", "NewUpTime": self.home.up_time,
            }  # fmt: skip

        names = strings("NewManufacturerName", "NewModelName", "NewSerialNumber", "NewSoftwareVersion", NewUpTime="ui4")
        return {"GetInfo": Action(info, {}, names)}

    def _config(self) -> dict[str, Action]:
        def reboot(_: Mapping[str, str]) -> dict[str, object]:
            self._writes()
            self.home.reboot_asked += 1
            self.home.up_time = 0
            return {}

        return {"Reboot": Action(reboot)}

    def _security(self) -> dict[str, Action]:
        def user(_: Mapping[str, str]) -> dict[str, object]:
            may = "readwrite" if self.home.settings_right else "readonly"
            given = f"<rights><path>BoxAdmin</path><access>{may}</access><path>NAS</path><access>none</access></rights>"
            return {"NewX_AVM-DE_CurrentUsername": USER, "NewX_AVM-DE_CurrentUserRights": given}

        def users(_: Mapping[str, str]) -> dict[str, object]:
            listed = f'<List><Username last_user="0">leo</Username><Username last_user="1">{USER}</Username></List>'
            return {"NewX_AVM-DE_UserList": listed}

        return {
            "X_AVM-DE_GetCurrentUser": Action(
                user, {}, strings("NewX_AVM-DE_CurrentUsername", "NewX_AVM-DE_CurrentUserRights")
            ),
            "X_AVM-DE_GetUserList": Action(users, {}, strings("NewX_AVM-DE_UserList")),
        }

    # -- the line ------------------------------------------------------------------------------------

    def _common(self) -> dict[str, Action]:
        line = self.home.line

        def link(_: Mapping[str, str]) -> dict[str, object]:
            kinds = {"dsl": "DSL", "fibre": "X_AVM-DE_Fiber"}
            down = line.medium == "dsl" and line.dsl.status != "up"
            return {
                "NewWANAccessType": kinds[line.medium], "NewLayer1UpstreamMaxBitRate": line.up_kbps * 1000,
                "NewLayer1DownstreamMaxBitRate": line.down_kbps * 1000,
                "NewPhysicalLinkStatus": "Down" if down else "Up",
            }  # fmt: skip

        def monitor(given: Mapping[str, str]) -> dict[str, object]:
            if given["NewSyncGroupIndex"] != "0":
                raise Refusal(713, "SpecifiedArrayIndexInvalid")
            rates = {"ds": line.rate_down, "us": line.rate_up}
            return {f"New{way}_current_bps": ",".join([str(rate * 125)] + ["0"] * 19) for way, rate in rates.items()}

        out = strings("NewWANAccessType", "NewPhysicalLinkStatus")
        out |= {"NewLayer1UpstreamMaxBitRate": "ui4", "NewLayer1DownstreamMaxBitRate": "ui4"}
        return {
            "GetCommonLinkProperties": Action(link, {}, out),
            "GetTotalBytesReceived": Action(
                lambda _: {"NewTotalBytesReceived": line.received % 2**32}, {}, {"NewTotalBytesReceived": "ui4"}
            ),
            "GetTotalBytesSent": Action(
                lambda _: {"NewTotalBytesSent": line.sent % 2**32}, {}, {"NewTotalBytesSent": "ui4"}
            ),
            "X_AVM-DE_GetOnlineMonitor": Action(
                monitor, {"NewSyncGroupIndex": "ui4"}, strings("Newds_current_bps", "Newus_current_bps")
            ),
        }

    def _dsl(self) -> dict[str, Action]:
        line = self.home.line

        def info(_: Mapping[str, str]) -> dict[str, object]:
            dsl = line.dsl
            return {
                "NewEnable": line.medium == "dsl", "NewStatus": DSL[dsl.status] if line.medium == "dsl" else "Disabled",
                "NewUpstreamCurrRate": dsl.rate_up, "NewDownstreamCurrRate": dsl.rate_down,
                "NewUpstreamMaxRate": dsl.max_up, "NewDownstreamMaxRate": dsl.max_down,
                "NewUpstreamNoiseMargin": round(dsl.margin_up * 10), "NewUpstreamPower": 500,
                "NewDownstreamNoiseMargin": round(dsl.margin_down * 10), "NewDownstreamPower": 500,
                "NewUpstreamAttenuation": round(dsl.attenuation_up * 10),
                "NewDownstreamAttenuation": round(dsl.attenuation_down * 10),
            }  # fmt: skip

        def total(_: Mapping[str, str]) -> dict[str, object]:
            dsl = line.dsl
            return {
                "NewLinkRetrain": dsl.retrains, "NewErroredSecs": dsl.es, "NewSeverelyErroredSecs": dsl.ses,
                "NewFECErrors": dsl.fec, "NewATUCFECErrors": 7, "NewHECErrors": dsl.hec, "NewATUCHECErrors": 1,
                "NewCRCErrors": dsl.crc, "NewATUCCRCErrors": 4,
            }  # fmt: skip

        kinds = {"NewEnable": "boolean", "NewStatus": "string"}
        figures = {name: kinds.get(name, "ui4") for name in info({})}
        return {
            "GetInfo": Action(info, {}, figures),
            "GetStatisticsTotal": Action(total, {}, {name: "ui4" for name in total({})}),
        }

    def _connection(self, *, ppp: bool) -> dict[str, Action]:
        home, line = self.home, self.home.line

        def info(_: Mapping[str, str]) -> dict[str, object]:
            used = ppp == (line.medium == "dsl")
            return {
                "NewEnable": used, "NewConnectionStatus": STATUS[line.session] if used else "Unconfigured",
                "NewConnectionType": "IP_Routed", "NewUptime": line.up_time if used else 0,
                "NewLastConnectionError": line.last_error or "ERROR_NONE",
                "NewExternalIPAddress": line.ipv4 if used and not line.cgnat else "",
                "NewDNSServers": ", ".join(line.dns),
                **({"NewTransportType": "PPPoE"} if ppp else {}),
            }  # fmt: skip

        def entry(given: Mapping[str, str]) -> dict[str, object]:
            index = int(given["NewPortMappingIndex"])
            if index >= len(home.forwards):
                raise Refusal(713, "SpecifiedArrayIndexInvalid")
            return values(home.forwards[index])

        def values(one: Forward) -> dict[str, object]:
            return {
                "NewRemoteHost": "0.0.0.0", "NewExternalPort": one.external, "NewProtocol": one.protocol.upper(),
                "NewInternalPort": one.internal, "NewInternalClient": one.client, "NewEnabled": one.enable,
                "NewPortMappingDescription": one.description, "NewLeaseDuration": 0,
            }  # fmt: skip

        def specific(given: Mapping[str, str]) -> dict[str, object]:
            return {name: value for name, value in values(self._forward(given)).items() if name not in KEY}

        return {
            "GetInfo": Action(
                info, {}, {n: {"NewEnable": "boolean", "NewUptime": "ui4"}.get(n, "string") for n in info({})}
            ),
            "GetGenericPortMappingEntry": Action(entry, {"NewPortMappingIndex": "ui2"}, MAPPING),
            "GetSpecificPortMappingEntry": Action(specific, KEY, REST),
            "AddPortMapping": Action(self._add, MAPPING),
            "DeletePortMapping": Action(self._delete, KEY),
        }

    def _add(self, given: Mapping[str, str]) -> dict[str, object]:
        self._writes()
        external, protocol = int(given["NewExternalPort"]), given["NewProtocol"].lower()
        there = next((x for x in self.home.forwards if (x.external, x.protocol) == (external, protocol)), None)
        if there is not None and there.client != given["NewInternalClient"]:
            raise Refusal(718, "ConflictInMappingEntry")
        if there is not None:
            self.home.forwards.remove(there)
        self.home.forwards.append(
            Forward(
                external, int(given["NewInternalPort"]), given["NewInternalClient"], protocol,
                given["NewEnabled"] == "1", given["NewPortMappingDescription"],
            )
        )  # fmt: skip
        return {}

    def _delete(self, given: Mapping[str, str]) -> dict[str, object]:
        self._writes()
        self.home.forwards.remove(self._forward(given))
        return {}

    def _forward(self, given: Mapping[str, str]) -> Forward:
        wanted = int(given["NewExternalPort"]), given["NewProtocol"].lower()
        found = next((x for x in self.home.forwards if (x.external, x.protocol) == wanted), None)
        if found is None:
            raise Refusal(714, "NoSuchEntryInArray")
        return found

    # -- the home ------------------------------------------------------------------------------------

    def _hosts(self) -> dict[str, Action]:
        path = {"NewX_AVM-DE_HostListPath": "/devicehostlist.lua?sid=c0ffee"}
        return {"X_AVM-DE_GetHostListPath": Action(lambda _: path, {}, strings(*path))}

    def _host(self, address: str) -> Host:
        found = next((one for one in self.home.hosts if one.ip == address), None)
        if found is None:
            raise Refusal(714, "NoSuchEntryInArray")
        return found

    def _filter(self) -> dict[str, Action]:
        def disallow(given: Mapping[str, str]) -> dict[str, object]:
            self._writes()
            one = self._host(given["NewIPv4Address"])
            one.blocked = given["NewDisallow"] == "1"
            # A profile with its times is another thing: it stays, whatever is disallowed by hand beside it.
            self.home.plans = [x for x in self.home.plans if one.mac not in x.macs or x.slots]
            if one.blocked:
                self.home.plans.append(Plan([one.mac], override="blocked"))
            return {}

        return {"DisallowWANAccessByIP": Action(disallow, {"NewIPv4Address": "string", "NewDisallow": "boolean"})}

    def _dhcp(self) -> dict[str, Action]:
        def info(_: Mapping[str, str]) -> dict[str, object]:
            return {
                "NewDHCPServerEnable": True, "NewMinAddress": "192.168.1.20", "NewMaxAddress": "192.168.1.200",
                "NewSubnetMask": "255.255.255.0", "NewIPRouters": self.home.address, "NewDNSServers": self.home.address,
            }  # fmt: skip

        return {"GetInfo": Action(info, {}, strings(*info({})) | {"NewDHCPServerEnable": "boolean"})}


def _type(name: str) -> str:
    return f"urn:dslforum-org:service:{name[:-1]}:{name[-1]}"


SIMULATOR = FritzBox

"""What WANCommonInterfaceConfig:1 and WANIPConnection:1/2 are by their specification (UPnP Forum, 2001 and 2010).

For boxes whose own service description is missing or broken: the actions below are mandatory there.
"""

from __future__ import annotations

from collections.abc import Mapping

_MAPPING = {
    "NewRemoteHost": "string", "NewExternalPort": "ui2", "NewProtocol": "string", "NewInternalPort": "ui2",
    "NewInternalClient": "string", "NewEnabled": "boolean", "NewPortMappingDescription": "string",
    "NewLeaseDuration": "ui4",
}  # fmt: skip
_KEY = {name: _MAPPING[name] for name in ("NewRemoteHost", "NewExternalPort", "NewProtocol")}
_CONNECTION: Mapping[str, Mapping[str, str]] = {
    "GetStatusInfo": {},
    "GetExternalIPAddress": {},
    "GetGenericPortMappingEntry": {"NewPortMappingIndex": "ui2"},
    "GetSpecificPortMappingEntry": _KEY,
    "AddPortMapping": _MAPPING,
    "DeletePortMapping": _KEY,
}
_COMMON: Mapping[str, Mapping[str, str]] = {
    "GetCommonLinkProperties": {},
    "GetTotalBytesReceived": {},
    "GetTotalBytesSent": {},
}


def scpd(service_name: str) -> str:
    """A service description with the in-arguments (replies are read by name, without it)."""
    actions = _COMMON if service_name == "WANCommonInterfaceConfig" else _CONNECTION
    types = {name: kind for arguments in actions.values() for name, kind in arguments.items()}
    listed = "".join(_action(name, arguments) for name, arguments in actions.items())
    table = "".join(
        f'<stateVariable sendEvents="no"><name>{name}</name><dataType>{kind}</dataType></stateVariable>'
        for name, kind in types.items()
    )
    return (
        '<?xml version="1.0"?><scpd xmlns="urn:schemas-upnp-org:service-1-0">'
        f"<actionList>{listed}</actionList><serviceStateTable>{table}</serviceStateTable></scpd>"
    )


def _action(name: str, arguments: Mapping[str, str]) -> str:
    listed = "".join(
        f"<argument><name>{one}</name><direction>in</direction><relatedStateVariable>{one}</relatedStateVariable>"
        "</argument>"
        for one in arguments
    )
    return f"<action><name>{name}</name><argumentList>{listed}</argumentList></action>"

"""SOAP from the box's side, as the simulated gateways speak it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from aiohttp import web

ENVELOPE = (
    '<?xml version="1.0"?>\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>{}</s:Body></s:Envelope>'
)


class Refusal(Exception):
    """A UPnP error number."""

    def __init__(self, number: int, text: str = "Refused") -> None:
        self.number, self.text = number, text


Handler = Callable[[Mapping[str, str]], Mapping[str, object]]


@dataclass
class Action:
    """``ins`` and ``outs``: argument name to data type."""

    handler: Handler
    ins: Mapping[str, str] = field(default_factory=dict)
    outs: Mapping[str, str] = field(default_factory=dict)


def xml(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/xml", charset="utf-8")


def fault(number: int, text: str) -> web.Response:
    return xml(
        ENVELOPE.format(
            "<s:Fault><faultcode>s:Client</faultcode><faultstring>UPnPError</faultstring><detail>"
            '<UPnPError xmlns="urn:schemas-upnp-org:control-1-0">'
            f"<errorCode>{number}</errorCode><errorDescription>{escape(text)}</errorDescription></UPnPError></detail>"
            "</s:Fault>"
        ),
        500,
    )


def perform(soap_action: str, body: str, service_type: str, actions: Mapping[str, Action]) -> web.Response:
    kind, _, name = soap_action.strip('"').partition("#")
    action = actions.get(name)
    if kind != service_type or action is None:
        return fault(401, "Invalid Action")
    called = next(one for one in ElementTree.fromstring(body).iter() if one.tag.rpartition("}")[2] == name)
    given = {one.tag: one.text or "" for one in called}
    if set(given) != set(action.ins):
        return fault(402, "Invalid Args")
    try:
        values = action.handler(given)
    except Refusal as refusal:
        return fault(refusal.number, refusal.text)
    inner = "".join(f"<{key}>{escape(_text(value))}</{key}>" for key, value in values.items())
    return xml(ENVELOPE.format(f'<u:{name}Response xmlns:u="{service_type}">{inner}</u:{name}Response>'))


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def scpd(actions: Mapping[str, Action]) -> str:
    types: dict[str, str] = {}
    for action in actions.values():
        types |= {**action.ins, **action.outs}
    listed = "".join(
        f"<action><name>{name}</name><argumentList>{_arguments(action)}</argumentList></action>"
        for name, action in actions.items()
    )
    table = "".join(
        f'<stateVariable sendEvents="no"><name>{name[3:]}</name><dataType>{kind}</dataType></stateVariable>'
        for name, kind in types.items()
    )
    return (
        '<?xml version="1.0"?><scpd xmlns="urn:schemas-upnp-org:service-1-0"><specVersion><major>1</major>'
        f"<minor>0</minor></specVersion><actionList>{listed}</actionList>"
        f"<serviceStateTable>{table}</serviceStateTable></scpd>"
    )


def _arguments(action: Action) -> str:
    pairs: Sequence[tuple[str, str]] = [(name, "in") for name in action.ins] + [(name, "out") for name in action.outs]
    return "".join(
        f"<argument><name>{name}</name><direction>{way}</direction>"
        f"<relatedStateVariable>{name[3:]}</relatedStateVariable></argument>"
        for name, way in pairs
    )

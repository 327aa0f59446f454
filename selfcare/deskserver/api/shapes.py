"""What TMF621 v5 calls things, and of which type: what comes in is held against it, so that what goes out is right.

v4 is brought into this shape first (``v4.up``). What no shape names is kept as it is, within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from selfcare.deskserver.api.bounds import ENTRIES, anything, key_of, moment, number, refused, said, uri

Check = Callable[[Any, str], Any]


def _text(value: Any, where: str) -> str:
    return said(value, where)


def _short(value: Any, where: str) -> str:
    return said(value, where, 500)


def _content(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise refused("wrong_type", where)
    return value  # its size is that of the request; it is decoded or refused, and kept nowhere as text


def _any(value: Any, where: str) -> Any:
    return anything(value, where)


@dataclass(frozen=True, slots=True)
class Shape:
    """An object. ``kind``: its ``@type`` where it says none; ``needs``: must be there."""

    kind: str = ""
    fields: Mapping[str, Check] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def __call__(self, value: Any, where: str) -> dict[str, Any]:
        """Held against it. ``null`` is "not there"."""
        if not isinstance(value, dict):
            raise refused("wrong_type", where)
        if len(value) > ENTRIES:
            raise refused("too_many_entries", where)
        found = {key: self._one(key, one, where) for key, one in value.items() if one is not None}
        if self.kind and not found.get("@type"):
            found = {"@type": self.kind, **found}
        for name in self.needs:
            if name not in found:
                raise refused("missing", f"{where}.{name}")
        return found

    def _one(self, key: str, value: Any, where: str) -> Any:
        return self.fields.get(key, _any)(value, f"{where}.{key_of(key, where)}")


def many(of: Check) -> Check:
    """A list."""

    def check(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            raise refused("wrong_type", where)
        if len(value) > ENTRIES:
            raise refused("too_many_entries", where)
        return [of(one, f"{where}[{at}]") for at, one in enumerate(value)]

    return check


_KINDS: Mapping[str, tuple[type, ...]] = {
    "String": (str,), "Boolean": (bool,), "Number": (int, float), "Float": (int, float), "Integer": (int,),
    "Object": (dict,),
}  # fmt: skip


def _characteristic(value: Any, where: str) -> dict[str, Any]:
    found = _CHARACTERISTIC(value, where)
    base = found["@type"].removesuffix("Characteristic")
    if base == "":
        found["@type"] = _named(found["value"]) if "value" in found else "Characteristic"
    elif not _fits(found, base):
        raise refused("wrong_type", f"{where}.value")
    return found


def _fits(found: dict[str, Any], base: str) -> bool:
    """Whether the value is what its ``@type`` says."""
    inner = base.removesuffix("Array")
    if inner != base and inner in _KINDS:
        return _all(found, inner)
    return base not in _KINDS or "value" not in found or _is(found["value"], base)


def _all(found: dict[str, Any], kind: str) -> bool:
    value = found.setdefault("value", [])
    return isinstance(value, list) and all(_is(one, kind) for one in value)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _KINDS[kind]) and (kind in ("Boolean", "Object", "String") or not isinstance(value, bool))


def _named(value: Any) -> str:
    if isinstance(value, list):
        return "ObjectArrayCharacteristic" if all(isinstance(one, dict) for one in value) else "Characteristic"
    return next((f"{kind}Characteristic" for kind in _KINDS if _is(value, kind)), "Characteristic")


_EXT: dict[str, Check] = {"@type": _short, "@baseType": _short, "@schemaLocation": uri}
_REF: dict[str, Check] = _EXT | {"id": _short, "href": _text, "name": _short, "@referredType": _short}
_PERIOD = Shape("", {"startDateTime": moment, "endDateTime": moment})
_QUANTITY = Shape("", {"amount": number, "units": _short})
_CHARACTERISTIC = Shape(
    "Characteristic",
    _EXT | {"id": _short, "name": _short, "valueType": _short, "value": _any, "characteristicRelationship": many(
        Shape("CharacteristicRelationship", _EXT | {"id": _short, "relationshipType": _short}))},
)  # fmt: skip
ATTACHMENT = Shape(
    "Attachment",
    _REF | {"attachmentType": _short, "content": _content, "description": _text, "mimeType": _short, "url": _text,
            "size": _QUANTITY, "validFor": _PERIOD},
)  # fmt: skip
NOTE = Shape("Note", _EXT | {"id": _short, "author": _short, "date": moment, "text": _text})
_PARTY = Shape(
    "RelatedPartyRefOrPartyRoleRef",
    _EXT | {"role": _short, "partyOrPartyRole": Shape("PartyRef", _REF, ("id",))},
)
_ENTITY = Shape("RelatedEntity", _EXT | {"role": _short, "entity": Shape("EntityRef", _REF, ("id",))})
_RELATION = Shape("TroubleTicketRelationship", _REF | {"relationshipType": _short}, ("id",))
_SPECIFICATION = Shape("TroubleTicketSpecificationRef", _REF | {"version": _short}, ("id",))
_EXTERNAL = Shape("ExternalIdentifier", _EXT | {"owner": _short, "externalIdentifierType": _short, "id": _short})
_STATUS = Shape("StatusChange", _EXT | {"status": _short, "statusChangeReason": _text, "statusChangeDate": moment})

KEPT = frozenset({"priority", "channel", "relatedEntity", "relatedParty", "requestedResolutionDate",
                  "resolutionDate", "troubleTicketRelationship", "troubleTicketSpecification"})  # fmt: skip
"""What TMF621 knows and this desk only keeps, for whoever wrote it."""
READ_ONLY = frozenset({"id", "href", "creationDate", "lastUpdate", "statusChangeDate", "statusChangeHistory", "@type",
                       "@baseType", "@schemaLocation"})  # fmt: skip
TICKET = Shape(
    "TroubleTicket",
    _EXT | {
        "id": _short, "href": _text, "name": _text, "description": _text, "severity": _short, "ticketType": _short,
        "priority": _short, "status": _short, "statusChangeReason": _text, "creationDate": moment,
        "lastUpdate": moment, "requestedResolutionDate": moment, "expectedResolutionDate": moment,
        "resolutionDate": moment, "statusChangeDate": moment, "attachment": many(ATTACHMENT), "note": many(NOTE),
        "channel": Shape("ChannelRef", _REF, ("id",)), "relatedEntity": many(_ENTITY), "relatedParty": many(_PARTY),
        "externalIdentifier": many(_EXTERNAL), "troubleTicketRelationship": many(_RELATION),
        "troubleTicketSpecification": _SPECIFICATION, "troubleTicketCharacteristic": many(_characteristic),
        "statusChangeHistory": many(_STATUS),
    },
)  # fmt: skip
"""A ticket in v5."""
SPECIFICATION = Shape(
    "TroubleTicketSpecification",
    _EXT | {"id": _short, "href": _text, "name": _short, "description": _text, "lifecycleStatus": _short,
            "version": _short, "creationDate": moment, "lastUpdate": moment, "validFor": _PERIOD,
            "relatedParty": many(_PARTY), "specCharacteristic": many(Shape("CharacteristicSpecification", _EXT))},
)  # fmt: skip
"""A kind of ticket in v5."""

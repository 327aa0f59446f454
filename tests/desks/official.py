"""TM Forum's own OpenAPI files as checks of a request or an answer. They are read where SELFCARE_CORPUS says.

Plain JSON Schema refuses TM Forum's own examples: a ``oneOf`` of theirs is told apart by ``discriminator`` alone, and
following that word naively never ends, since a subclass's mapping names itself. So a union is resolved by ``@type``
where something is *used* (a property, an item), never inside an ``allOf``; and what no schema names is refused, so
that a misspelt field cannot pass as an extension.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

FOLDER = Path(os.environ.get("SELFCARE_CORPUS", "/nonexistent")) / "tmf"
V5 = "TMF621/TMF621-Trouble_Ticket-v5.0.1.oas.yaml"
V4 = "TMF621/TMF621-TroubleTicket-v4.0.0.swagger.json"
OUTAGES_V5 = "TMF656/TMF656-Service_Problem_Management-v5.0.0.oas.yaml"
OUTAGES_V4 = "TMF656/TMF656-ServiceProblem-v4.0.0.swagger.json"
FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)
def _date_time(value: object) -> bool:
    """RFC 3339: with an offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("base64")
def _base64(value: object) -> bool:
    return (
        not isinstance(value, str)
        or re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?", value) is not None
    )


@FORMATS.checks("uri")
def _uri(value: object) -> bool:
    return not isinstance(value, str) or re.match(r"[a-z][a-z0-9+.-]*:", value) is not None


@dataclass
class Official:
    """One file."""

    document: dict[str, Any]
    definitions: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.three = "openapi" in self.document
        schemas = self.document["components"]["schemas"] if self.three else self.document["definitions"]
        self.names = frozenset(schemas)
        for name, schema in schemas.items():
            self.definitions[name] = self._rewritten(schema)
            self.definitions[f"{name}.used"] = self._used(name, schema)

    def _rewritten(self, schema: Any, in_all: bool = False) -> Any:
        """Without discriminators, a ``oneOf`` left to :meth:`_used`, and references telling use from inheritance."""
        if isinstance(schema, list):
            return [self._rewritten(one, in_all) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return {"$ref": f"#/$defs/{name}{'' if in_all else '.used'}"}
        kept = {}
        for key, value in schema.items():
            if key == "properties":
                kept[key] = {name: self._rewritten(one) for name, one in value.items()}
            elif key not in ("discriminator", "oneOf", "example", "description", "default"):
                kept[key] = self._rewritten(value, in_all=key == "allOf")
        return kept

    def _used(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        kinds = {
            kind: target.rpartition("/")[2]
            for kind, target in schema.get("discriminator", {}).get("mapping", {}).items()
        }
        rules: list[Any] = [{"$ref": f"#/$defs/{name}"}]
        for kind, target in kinds.items():
            if target != name:
                chosen = {"properties": {"@type": {"const": kind}}, "required": ["@type"]}
                # In a union the kind is used as itself (its own subclasses too); of a base class it is a subclass.
                rules.append({"if": chosen, "then": {"$ref": f"#/$defs/{target}"}, "else": True})
        if kinds:
            rules.append({"properties": {"@type": {"enum": sorted(kinds)}}, "required": ["@type"]})
        whole: dict[str, Any] = {"allOf": rules}
        if schema.get("type") in (None, "object"):
            whole["unevaluatedProperties"] = False
        return whole

    # -- operations -------------------------------------------------------------------------------

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The one this path (below the base) is of."""
        for template, operations in self.document["paths"].items():
            pattern = re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in operations:
                found: dict[str, Any] = operations[method.lower()]
                return found
        return None

    def request_schema(self, operation: dict[str, Any], kind: str) -> dict[str, Any]:
        if self.three:
            body = self._followed(operation["requestBody"])
            return self._ready(body["content"][kind]["schema"])
        (body,) = (one for one in operation["parameters"] if one["in"] == "body")
        return self._ready(body["schema"])

    def answer_schema(self, operation: dict[str, Any], status: int) -> dict[str, Any] | None:
        """None: this status has no body. A status the file does not know is an error's."""
        responses = operation["responses"]
        given = self._followed(responses.get(str(status), responses.get("default", {})))
        if not given:
            return self._ready({"$ref": "#/x/Error"})
        schema = (
            given.get("content", {}).get("application/json", {}).get("schema") if self.three else given.get("schema")
        )
        return self._ready(schema) if schema else None

    @property
    def document_properties(self) -> set[str]:
        """First-level fields: TMF630 filters a list by any of them."""
        every: set[str] = set()
        for name in ("TroubleTicket", "ServiceProblem"):
            schema = self.definitions.get(name, {})
            for part in (schema, *schema.get("allOf", ())):
                every |= set(part.get("properties", ()))
        return every

    def queries(self, operation: dict[str, Any]) -> set[str]:
        every = (self._followed(one) for one in operation["parameters"])
        return {one["name"] for one in every if one["in"] == "query"}

    def _followed(self, thing: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in thing:
            target: Any = self.document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            thing = target
        return thing

    def _ready(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **self._rewritten(schema),
                "$defs": self.definitions}  # fmt: skip

    def schema(self, name: str) -> dict[str, Any]:
        return self._ready({"$ref": f"#/x/{name}"})


def wrong(schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with it; nothing: it is as it should be."""
    validator = jsonschema.Draft202012Validator(schema, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


@cache
def official(name: str) -> Official:
    text = (FOLDER / name).read_text()
    return Official(json.loads(text) if name.endswith(".json") else _yaml(text))


def _yaml(text: str) -> Any:
    """Dates stay text, as they are in JSON."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
        for first, rules in Loader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)

"""Reading the settings strictly: a slip of the pen is told with its file, its key and what is wrong.

``SELFCARE_DESK_PORT=8700`` is ``port``, ``SELFCARE_DESK_MAIL_HOST=…`` is ``host`` of ``[mail]``; a variable that is
none of the settings is refused like a key that is none.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from selfcare.deskserver.settings import DeskSettings, SettingsError, secret_of
from selfcare.deskserver.settings_rules import wrongs

PREFIX = "SELFCARE_DESK_"


def settings_of(path: Path | None, env: Mapping[str, str], given: Mapping[str, str]) -> DeskSettings:
    """See ``settings.read``."""
    told = _file(path) if path else {}
    where = str(path) if path else "desk"
    _known(where, told, DeskSettings)
    for name, dotted in _from_env(env):
        _put(told, dotted, _typed(name, dotted, env[name]))
    for name, value in given.items():
        _put(told, name, value)
    if not told.get("data"):
        raise SettingsError(f"{where}: data: a folder is needed")
    try:
        found = msgspec.convert(told, DeskSettings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}: {_place(str(error))}") from None
    for key, wrong in wrongs(found):
        raise SettingsError(f"{where}: {key}: {wrong}")
    secret = {name.removesuffix("_file"): secret_of(path) for name, path in found.s3.items() if name.endswith("_file")}
    plain = {name: value for name, value in found.s3.items() if not name.endswith("_file")}
    return dataclasses.replace(found, s3=plain | secret)


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _known(where: str, told: Mapping[str, Any], kind: type[Any], under: str = "") -> None:
    hints = get_type_hints(kind)
    for key, value in told.items():
        if key not in hints:
            raise SettingsError(f"{where}: {under}{key}: not known (known here: {', '.join(sorted(hints))})")
        if dataclasses.is_dataclass(hints[key]) and isinstance(value, Mapping):
            _known(where, value, hints[key], f"{under}{key}.")


def _names(kind: type[Any] = DeskSettings, under: str = "") -> Iterator[tuple[str, type[Any]]]:
    """``mail.host`` and its type, of all that one variable can say."""
    for key, hint in get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            yield from _names(hint, f"{under}{key}.")  # type: ignore[arg-type]
        elif hint in (str, int, float, bool):
            yield f"{under}{key}", hint


def _from_env(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    known = {PREFIX + dotted.upper().replace(".", "_"): dotted for dotted, _ in _names()}
    for name in sorted(env):
        if name in known:
            yield name, known[name]
        elif name.startswith(PREFIX):
            raise SettingsError(f"{name}: not known")


def _typed(name: str, dotted: str, text: str) -> Any:
    kind = dict(_names())[dotted]
    try:
        if kind is bool:
            return {"1": True, "true": True, "0": False, "false": False}[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        raise SettingsError(f"{name}: {kind.__name__} expected, not {text!r}") from None


def _put(told: dict[str, Any], dotted: str, value: Any) -> None:
    *sections, key = dotted.split(".")
    for section in sections:
        told = told.setdefault(section, {})
    told[key] = value


def _place(said: str) -> str:
    """Msgspec's ``… - at `$.mail.port``` the other way round."""
    what, _, place = said.partition(" - at `$.")
    return f"{place.rstrip('`')}: {what}" if place else what

"""Every way to break or mend a running lab. A scenario's steps name functions of the modules here.

A step's arguments are the function's keyword parameters; :func:`check_step` compares them
with the annotations when a scenario file is read. Each module holds one area and registers
its functions when it is imported, which this package does for all of them.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from tests.lab.steps.registry import ACTIONS, action

if TYPE_CHECKING:
    from tests.lab.lab import Lab
    from tests.lab.scenario import Step

__all__ = ["ACTIONS", "action", "apply", "check_step"]


def check_step(step: Step) -> None:
    """Raises ValueError or TypeError when the step or one of its arguments does not exist."""
    if step.do not in ACTIONS:
        raise ValueError(f"no step {step.do!r}; there are: {', '.join(sorted(ACTIONS))}")
    function = ACTIONS[step.do]
    inspect.signature(function).bind(None, **step.arguments)
    hints = get_type_hints(function, globalns={**vars(sys.modules[function.__module__]), "Lab": object})
    for name, value in step.arguments.items():
        if not _fits(value, hints[name]):
            raise ValueError(f"{step.do}: {name} = {value!r}")


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if isinstance(hint, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if get_origin(hint) is list:
        return isinstance(value, list) and all(isinstance(item, get_args(hint)[0]) for item in value)
    return isinstance(value, (int, float)) if hint is float else isinstance(value, hint)


def apply(lab: Lab, step: Step) -> None:
    ACTIONS[step.do](lab, **step.arguments)


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

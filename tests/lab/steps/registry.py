"""Where the steps are registered."""

from __future__ import annotations

from collections.abc import Callable

ACTIONS: dict[str, Callable[..., None]] = {}


def action(function: Callable[..., None]) -> Callable[..., None]:
    if function.__name__ in ACTIONS:
        raise ValueError(f"step {function.__name__} is defined twice")
    ACTIONS[function.__name__] = function
    return function

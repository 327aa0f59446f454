"""Shared by every test."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.skips", "tests.killing.tally")

# Other tests run at the same time: what took long says nothing about the code. Two seconds are an endless loop.
# In CI the same examples each time: what a new one finds is for who is at work, not for whose change comes next.
settings.register_profile(
    "beside-others",
    deadline=timedelta(seconds=2),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("beside-others")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: nobody need look through all of it again, at no test's expense."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A worker has the first of its list for itself: others take from the end of it."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)

"""Shared by every test."""

from __future__ import annotations

import os
from datetime import timedelta

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

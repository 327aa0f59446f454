"""What the tests of other systems share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.platforms import wine


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder of the Windows Python."""
    return wine.installed()

"""One desk for all that only looks, or keeps to tickets of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deskserver.pages.world import World, at


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with at(tmp_path_factory.mktemp("desk")) as there:
        yield there

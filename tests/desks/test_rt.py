"""The adapter for Request Tracker, before the fake that answers as a real 5.0.3 did."""

from __future__ import annotations

import pytest

from tests.desks import rt_scenes, samples
from tests.desks.rt_fake import ABONNE, ROOT, RtFake


@pytest.mark.parametrize("scene", rt_scenes.SCENES, ids=lambda one: one.__name__)
def test_scene(scene: rt_scenes.Scene) -> None:
    async def played() -> None:
        async with RtFake(may_merge=False) as server:
            await scene(rt_scenes.Place(server.url.removesuffix("/REST/2.0"), ABONNE, ROOT))

    samples.run(played())

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


def test_comments_are_not_shown_even_to_who_may_read_them() -> None:
    """With an agent's token (a test machine) RT gives comments too: they are the operator's own affair."""

    async def played() -> None:
        async with RtFake() as server:
            place = rt_scenes.Place(server.url.removesuffix("/REST/2.0"), ABONNE, ROOT)
            desk = place.desk(ROOT)
            receipt = await desk.create(rt_scenes.fresh())
            server.write(1, "client pénible", who="julie", kind="Comment")
            server.write(1, "Nous venons mardi", who="julie")
            assert [one.text for one in (await desk.status(receipt)).replies] == ["Nous venons mardi"]
            await desk.close()

    samples.run(played())


def test_a_long_history_is_read_to_its_end() -> None:
    """Pages are of a hundred, and what may not be seen is missing from them."""

    async def played() -> None:
        async with RtFake() as server:
            place = rt_scenes.Place(server.url.removesuffix("/REST/2.0"), ABONNE, ROOT)
            desk = place.desk()
            receipt = await desk.create(rt_scenes.fresh())
            for number in range(130):
                server.write(1, f"n° {number}")
            told = await desk.status(receipt)
            assert [one.text for one in told.replies] == [f"n° {number}" for number in range(80, 130)], "the newest 50"
            await desk.close()

    samples.run(played())

"""Opening the simulated Bbox, whole or broken, for its tests."""

from __future__ import annotations

import asyncio

import pytest

from selfcare.boxes.bbox.client import Manner, credential
from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.errors import BoxError
from selfcare.boxes.secret import Secret
from tests.boxes.base import serving
from tests.boxes.bbox import BboxSimulator
from tests.boxes.home import FAULTS, Home

PASSWORD = "Tr0ub4dor-et-3"


def kept(password: str = PASSWORD) -> Secret:
    return credential(Secret(password), Manner())


def broken(*faults: str) -> Home:
    home = Home()
    for name in faults:
        FAULTS[name](home)
    return home


async def opened(box: BboxSimulator, what, password: str = PASSWORD):
    """``what(session)`` on a session that is logged in."""
    async with serving(box) as place:
        session = BboxSession(place)
        try:
            await session.log_in(kept(password))
            return await what(session)
        finally:
            await session.close()


def run(home: Home, what, **options):
    box = BboxSimulator(home, **options)
    return asyncio.run(opened(box, what)), box


def refused(home: Home, what) -> BoxError:
    with pytest.raises(BoxError) as caught:
        run(home, what)
    return caught.value

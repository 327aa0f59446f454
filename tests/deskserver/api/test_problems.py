"""Outages that agents declared, as everybody may read them (TMF656, both versions), and as the app does."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.deskserver.core import outages
from tests.desks import official as of
from tests.deskserver.api.speaking import Api, speak
from tests.deskserver.api.test_client import client

FILES = {"v5": of.OUTAGES_V5, "v4": of.OUTAGES_V4}


@pytest.mark.parametrize("version", ["v5", "v4"])
def test_what_is_declared_is_public_and_what_is_over_is_not_there(version: str, tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        now = api.desk.now()
        words = ("Panne à Lyon 3", "Outage in Lyon 3")

        async def told(node: str, promised: int | None) -> str:
            return await api.desk.database.write(
                lambda c: outages.declare(c, node, now - 60_000, *words, promised, None, now)
            )

        late, soon = await told("olt-late", now - 1), await told("olt-secret", now + 3_600_000)
        path = f"/tmf-api/serviceProblemManagement/{version}/serviceProblem"
        said = await api.ask("GET", path, who="")
        assert said.status == 200
        assert {one["id"] for one in said.body} == {late, soon}
        assert "max-age=60" in said.headers["Cache-Control"]
        assert b"olt-secret" not in said.raw
        english = await api.ask("GET", f"{path}/{soon}", who="", Accept_Language="en")
        assert english.body["description"] == words[1]
        assert (await api.ask("GET", f"{path}/P-0000", who="")).status == 404
        if of.FOLDER.is_dir():
            official = of.official(FILES[version])
            every = official.operation("GET", "/serviceProblem")
            assert every is not None
            schema = official.answer_schema(every, 200)
            assert schema is not None
            assert of.wrong(schema, said.body) == []
        desk = client(api, "v5")
        assert {one.id for one in await desk.outages()} == {late, soon}  # a promise that was missed ends no outage
        await api.desk.database.write(lambda c: outages.close(c, soon, None, api.desk.now()))
        assert {one.id for one in await desk.outages()} == {late}
        await desk.close()

    speak(tmp_path, act)

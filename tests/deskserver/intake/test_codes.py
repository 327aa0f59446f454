"""Codes from real pictures: by a phone, by an agent; and what is none."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image
from sqlalchemy import func, select

from selfcare.deskserver.access import households
from selfcare.deskserver.core import found
from selfcare.deskserver.intake import codes, phone
from selfcare.deskserver.intake.picture import POINTS, from_picture
from selfcare.deskserver.model import Agent, DeskRefusal, Role, Whole
from selfcare.deskserver.schema import subscribers, tickets
from selfcare.ground.install_key import InstallKey
from selfcare.report import draw, qr, spoken
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.intake.home import Home, Pc, home_at
from tests.deskserver.postgres import databases
from tests.report.code_documents import document, key, noise

ANA = Agent(1, "ana", "Ana", Role.AGENT)


def texts(signer: InstallKey, page: str = "", **changes: object) -> list[str]:
    return [one.text for one in qr.pictures(document(**changes), signer, page)]


def several(signer: InstallKey) -> list[str]:
    found_ = texts(signer, symptom={"what": "no_web", "words": noise(300)},
                   wish={"wants": ["repair"], "words": noise(300, 2), "reach": {"when": noise(100, 3)}},
                   box={"family": noise(20, 4), "model": noise(40, 5), "firmware": noise(40, 6)})  # fmt: skip
    assert len(found_) > 1
    return found_


async def sent(home: Home, text: str) -> tuple[int, Any]:
    return await home.post("/codes", json={"text": text})


async def whole(home: Home, ref: str) -> Whole:
    told = await home.desk.database.read(lambda c: found.whole(c, found.id_of(c, ref) or 0))
    assert told is not None
    return told


async def count(home: Home, table: Any = tickets) -> int:
    asked = select(func.count()).select_from(table)
    told: int = await home.desk.database.read(lambda c: c.execute(asked).scalar_one())
    return told


def test_a_registered_pc_s_code_is_its_subscriber_s_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes()) as home:
            pc = Pc(home)
            await pc.registered()
            (text,) = texts(pc.key, f"{home.url}/d")
            status, told = await sent(home, text)
            assert status == 201
            one = await whole(home, told["number"])
            assert one.head.subscriber == (await pc.subscriber())[0] and one.head.channel == "qr"
            assert (one.head.case, one.head.verdict_code, one.head.side) == ("CAS-7K3M-92QX", "ISP-DNS-DOWN", "isp")
            assert one.contact == {"phone": "06 00 00 00 00", "when": "le soir"} and one.head.severity == "blocking"
            assert "plus rien depuis ce midi" in one.description
            assert await sent(home, "SLF1:" + text.partition("#")[2]) == (201, told)  # the same, however it was read
            assert await whole(home, told["number"]) == one
            (later,) = texts(pc.key, made="2026-11-22T19:30:00+01:00", tried=[])
            assert await sent(home, later) == (201, told)  # the same case
            after = await whole(home, told["number"])
            assert len(after.notes) == 1 and await count(home) == 1
            assert await sent(home, later) == (201, told)
            assert len((await whole(home, told["number"])).notes) == 1

    asyncio.run(story())


def test_several_pictures_in_any_order_and_not_before_all_are_there(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes()) as home:
            parts = several(key())
            status, told = await sent(home, parts[0])
            assert status == 422 and told["error"] == "code_parts" and "1" in told["text"]
            assert (await sent(home, "\n".join(reversed(parts))))[0] == 201 and await count(home) == 1

    asyncio.run(story())


@databases
def test_an_unknown_key_s_code_becomes_its_pc_s_when_that_registers(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes(), database=database) as home:
            owner, other = Pc(home), Pc(home, "luc@example.org")
            _, told = await sent(home, texts(owner.key)[0])
            row = select(subscribers.c.key, subscribers.c.proven)
            assert [tuple(one) for one in await home.desk.database.read(lambda c: c.execute(row).all())] == [
                (households.stranger_of(owner.key.public), False)
            ]
            await other.registered()
            assert (await whole(home, told["number"])).head.subscriber != (await other.subscriber())[0]
            await owner.registered()
            assert (await whole(home, told["number"])).head.subscriber == (await owner.subscriber())[0]
            assert await sent(home, texts(owner.key)[0]) == (201, told) and await count(home) == 1
            _, others = await sent(home, texts(other.key)[0])  # the same case of another PC tells nothing of the first
            assert others["number"] != told["number"]

    asyncio.run(story())


def test_what_is_no_code_is_refused_in_words(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes()) as home:
            (text,) = texts(key())
            at = len(text) - 9
            changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
            for wrong, code in (("", "code_unreadable"), ("Bonjour", "code_unreadable"), (changed, "code_changed"),
                                ("https://evil.example/#" + "A" * 300, "code_version"),
                                ("A" * 20_000, "code_too_large"),
                                (spoken.spoken(document()), "code_spoken"), (text[:200], "code_changed")):  # fmt: skip
                status, told = await sent(home, wrong)
                assert (status, told["error"]) == (422, code) and told["text"] != f"refusal.{code}", wrong[:40]
            for raw in (b"", b"[]", b'{"text": 7}', b"[" * 5000, b"\xff", b'{"text": "\\ud800"}'):
                assert (await home.post("/codes", data=raw))[0] == 422
            assert (await home.post("/codes", data=b" " * 100_000))[0] == 413
            assert await count(home) == 0

    asyncio.run(story())


def test_one_address_sends_twenty_codes_of_unknown_pcs_and_as_many_of_known_ones_as_they_have(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes()) as home:
            pc = Pc(home)
            await pc.registered()
            strangers = [(await sent(home, texts(key(f"pc-{at}"))[0]))[0] for at in range(22)]
            assert strangers == [201] * 20 + [429] * 2 and await count(home) == 20
            assert (await sent(home, texts(key("pc-0"))[0]))[0] == 201  # the same again costs nobody anything
            assert (await sent(home, texts(pc.key)[0]))[0] == 201

    asyncio.run(story())


def test_the_page_without_script_takes_what_is_pasted_and_escapes_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes(), operator="Fibre & <b>Co</b>") as home:
            form = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en-GB,fr;q=0.5"}
            status, page = await home.post("/d", data=urlencode({"text": texts(key())[0]}), headers=form)
            ref = (await home.desk.database.read(lambda c: c.execute(select(tickets.c.ref)).scalar())) or "-"
            assert status == 200 and ref in page and "Your number" in page
            assert "Fibre &amp; &lt;b&gt;Co" in page and "<b>" not in page
            status, page = await home.post("/d", data=urlencode({"text": "<script>"}), headers=form)
            assert status == 422 and "This is no code of Selfcare" in page and "<textarea" in page

    asyncio.run(story())


def test_an_agent_makes_a_ticket_of_digits_for_whom_they_chose(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.registered()
            who = (await pc.subscriber())[0]
            digits = spoken.spoken(document())
            filed = await codes.made(home.desk, digits, ANA, who, {"name": "Zoé", "phone": ""})
            one = await whole(home, filed.ref)
            assert (one.head.subscriber, one.head.channel, one.head.side) == (who, "spoken", "isp")
            assert (
                one.head.verdict_code == "ISP-DNS-DOWN" and digits in one.description and one.contact == {"name": "Zoé"}
            )
            twice = await codes.made(home.desk, digits.replace(" ", ""), ANA, who, {"name": "Zoé", "phone": ""})
            assert (twice.ref, twice.new) == (filed.ref, False)
            other = await codes.made(home.desk, digits, ANA, None, {"name": "Léa"})  # another home in the same outage
            assert other.new
            assert await home.desk.database.read(lambda c: codes.lately(c, digits, home.desk.now())) == [
                other.ticket, filed.ticket]  # fmt: skip
            later = home.desk.now() + codes.LATELY_MS + 1
            assert await home.desk.database.read(lambda c: codes.lately(c, digits, later)) == []
            wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
            for text, subscriber, code in ((wrong, who, "code_check"), (digits, 99, "subscriber_unknown")):
                with pytest.raises(DeskRefusal) as caught:
                    await codes.made(home.desk, text, ANA, subscriber)
                assert caught.value.code == code
            assert (await codes.made(home.desk, texts(pc.key)[0], ANA)).new and await count(home) == 3

    asyncio.run(story())


def test_pictures_are_read_elsewhere_and_only_pictures(tmp_path: Path) -> None:
    async def story() -> None:
        (picture,) = qr.pictures(document(), key())
        drawn = draw.png(picture, 4)
        assert await from_picture(drawn) == picture.text
        again = BytesIO()
        Image.open(BytesIO(drawn)).convert("RGB").save(again, "JPEG", quality=60)
        assert await from_picture(again.getvalue()) == picture.text
        large, blank, gif = BytesIO(), BytesIO(), BytesIO()
        Image.new("1", (POINTS // 1000 + 1, 1000)).save(large, "PNG")
        Image.new("L", (64, 64), 255).save(blank, "PNG")
        Image.new("L", (64, 64), 255).save(gif, "GIF")
        refused = [large.getvalue(), gif.getvalue(), drawn[:900], b""]
        wanted = [*["picture_unreadable"] * len(refused), "picture_empty"]
        said = await asyncio.gather(*map(from_picture, [*refused, blank.getvalue()]), return_exceptions=True)
        assert [one.code if isinstance(one, DeskRefusal) else one for one in said] == wanted

    asyncio.run(story())


@pytest.mark.full
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_phone_shows_what_it_would_send_sends_nothing_before_the_tap_and_then_a_number(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path, *phone.routes()) as home:
            await asyncio.to_thread(tapped, home, asyncio.get_running_loop())

    def tapped(home: Home, loop: asyncio.AbstractEventLoop) -> None:
        def now(work: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(work, loop).result(10)

        evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
        (text,) = texts(key(), f"{home.url}/d", symptom={"what": "no_web", "words": evil})
        with at_the_desk() as tab:
            tab.go(text)
            tab.wait("#ready h2")
            shown = tab.text("#told")
            assert "CAS-7K3M-92QX" in shown and evil in shown and "06 00 00 00 00" in shown
            assert tab.run("getComputedStyle(document.querySelector('#send')).display") != "none"
            assert now(count(home)) == 0 and not [one for one in tab.page.asked if "/codes" in one]
            tab.click("#send")
            tab.wait("#done .done", "T-")
            assert now(count(home)) == 1 and tab.run("location.hash") == ""
            parts = [f"{home.url}/d#{one.partition(':')[2]}" for one in several(key())]
            for at, one in enumerate(parts[:-1], 1):
                tab.go("about:blank")
                tab.go(one)
                tab.wait("#parts p", f" {at} ")
            tab.go("about:blank")
            tab.go(parts[-1])
            tab.wait("#ready h2")
            tab.click("#send")
            tab.wait("#done .done", "T-")
            tab.go("about:blank")
            tab.go(f"{home.url}/d#AAAA")
            tab.wait("#unreadable")
            assert tab.run("!document.querySelector('#unreadable').hidden && !document.querySelector('#paste').hidden")
            assert tab.complaints() == []

    asyncio.run(story())

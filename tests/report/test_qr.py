"""Pictures: read back by two readers from their pixels, whole or in parts, however full they are."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from selfcare.ground.errors import SelfcareError
from selfcare.model.report import Picture
from selfcare.report import codes, draw, qr
from tests.report.code_documents import PAGE, document, key, long_document, noise, pixels

np = pytest.importorskip("numpy")


def read(image: Any) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def level(image: Any) -> str:
    return str(zxingcpp.read_barcodes(image)[0].ec_level)


def blurred(image: Any) -> Any:
    """Three by three, twice: a lens that is not quite sharp."""
    for _ in range(2):
        wide = np.pad(image.astype(float), 1, mode="edge")
        high, broad = image.shape
        image = sum(wide[y : y + high, x : x + broad] for y in range(3) for x in range(3)) / 9
    return image.astype(np.uint8)


def noisy(image: Any, deviation: float = 12.0) -> Any:
    added = image + np.random.default_rng(7).normal(0, deviation, image.shape)
    return np.clip(added, 0, 255).astype(np.uint8)


def turned(image: Any, degrees: float) -> Any:
    """About its middle, by bilinear sampling; what is outside is white."""
    image = np.pad(image, image.shape[0] // 8, constant_values=255)
    side = image.shape[0]
    at = np.arange(side) - side / 2
    x, y = np.meshgrid(at, at)
    angle = np.deg2rad(degrees)
    u, v = x * np.cos(angle) - y * np.sin(angle) + side / 2, x * np.sin(angle) + y * np.cos(angle) + side / 2
    left, top = np.clip(np.floor(u).astype(int), 0, side - 2), np.clip(np.floor(v).astype(int), 0, side - 2)
    a, b = np.clip(u - left, 0, 1), np.clip(v - top, 0, 1)
    upper = image[top, left] * (1 - a) + image[top, left + 1] * a
    lower = image[top + 1, left] * (1 - a) + image[top + 1, left + 1] * a
    return (upper * (1 - b) + lower * b).astype(np.uint8)


def of_version(version: int, page: str = "") -> Picture:
    """As full as that version gets."""
    from segno.consts import ERROR_LEVEL_M, SYMBOL_CAPACITY

    room = SYMBOL_CAPACITY[version][ERROR_LEVEL_M]
    length = max(n for n in range(1, 1200) if qr.bits(page, "A" * n) <= room)
    text = (noise(4000).upper().replace("É", ".").replace("È", "/").replace("À", ":") * 2)[:length]
    return qr._picture(page, text)


def test_the_room_is_that_of_version_22() -> None:
    from segno.consts import ERROR_LEVEL_M, SYMBOL_CAPACITY

    assert SYMBOL_CAPACITY[qr.MOST_VERSION][ERROR_LEVEL_M] == qr.ROOM


@pytest.mark.parametrize("page", ["", PAGE])
@pytest.mark.parametrize("version", [10, 14, 17, 20, 22])
def test_a_full_picture_is_read_at_four_pixels_a_module(version: int, page: str) -> None:
    picture = of_version(version, page)
    assert picture.version == version
    image = pixels(picture)
    assert read(image) == [picture.text]
    assert level(image) == "M"


def test_correction_is_never_traded_for_another_level() -> None:
    """Where there is room to spare segno would raise it by itself: of the smallest versions only."""
    assert {level(pixels(qr._picture("", "A" * length))) for length in range(1, 60, 4)} == {"M"}


@pytest.mark.full
@pytest.mark.parametrize("page", ["", PAGE])
@pytest.mark.parametrize("version", range(10, 23))
def test_every_version_through_a_bad_lens(version: int, page: str) -> None:
    picture = of_version(version, page)
    image = pixels(picture)
    for seen in (blurred(image), noisy(image), noisy(blurred(image)), *(turned(image, d) for d in (-10, -4, 3, 10))):
        assert read(seen) == [picture.text]


@pytest.mark.parametrize("see", [blurred, noisy, lambda image: turned(blurred(noisy(image)), 7)])
def test_blur_noise_and_a_tilted_hand_are_borne(see: Any) -> None:
    (picture,) = qr.pictures(document(), key(), PAGE)
    assert read(see(pixels(picture))) == [picture.text]


@pytest.mark.parametrize("page", ["", PAGE])
def test_one_picture_tells_the_report(page: str) -> None:
    (picture,) = qr.pictures(document(), key(), page)
    assert picture.version <= 22
    assert picture.text.startswith(f"{page}#" if page else "SLF1:")
    (text,) = read(pixels(picture))
    told = codes.decode(text)
    assert told.signed and told.fingerprint == key().fingerprint
    assert told.data["case"] == "CAS-7K3M-92QX"


@pytest.mark.parametrize("page", ["", PAGE])
def test_several_pictures_are_joined_in_any_order(page: str) -> None:
    found, left_out = qr.made(long_document(), key(), page)
    assert 2 <= len(found) <= 3
    assert left_out and all(picture.version <= 22 for picture in found)
    texts = [text for picture in found for text in read(pixels(picture))]
    told = [codes.decode("\n".join(order)) for order in permutations([*texts, texts[0]])]
    assert all(one == told[0] and one.signed for one in told)
    assert set(told[0].data["left_out"]) == set(left_out)  # type: ignore[call-overload]
    with pytest.raises(SelfcareError) as refused:
        codes.decode(texts[0])
    assert (refused.value.code, refused.value.values) == ("code_parts", {"have": 1, "of": len(texts)})


def test_pictures_of_two_reports_are_not_joined() -> None:
    one, two = (qr.pictures({**long_document(), "case": case}, key()) for case in ("CAS-1", "CAS-2"))
    assert len(one) == len(two)
    with pytest.raises(SelfcareError) as refused:
        codes.decode("\n".join([one[0].text, *(picture.text for picture in two[1:])]))
    assert refused.value.code == "code_unreadable"


def test_the_extras_go_before_a_second_picture_is_needed() -> None:
    contacts = [{"channel": "phone", "answer": noise(120, n), "reference": noise(40, n + 50)} for n in range(5)]
    found, left_out = qr.made(document(contacts=contacts), key(), PAGE)
    assert (len(found), left_out) == (1, ("contacts",))
    assert codes.decode(found[0].text).data["left_out"] == ["contacts"]


@pytest.mark.parametrize("scale", [4, 8])
def test_the_file_is_the_picture(tmp_path: Path, scale: int) -> None:
    """An independent reader of PNG sees the same pixels; SVG strokes cover the same modules."""
    (picture,) = qr.pictures(document(), key())
    path = tmp_path / "code.png"
    path.write_bytes(draw.png(picture, scale))
    assert path.read_bytes() == draw.png(picture, scale)
    assert (unpacked(draw.png(picture, scale)) == pixels(picture, scale)).all()
    strokes = ET.fromstring(draw.svg(picture, scale))[1].attrib["d"]
    covered = sum(int(stroke.partition("h")[2].partition("v")[0]) for stroke in strokes.split("M")[1:])
    assert covered == sum(map(sum, picture.modules))


def unpacked(png: bytes) -> Any:
    """1-bit grey, unfiltered, as the standard has it."""
    import struct
    import zlib

    at, data, side = 8, b"", 0
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        assert zlib.crc32(name + body) == struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0]
        side = struct.unpack(">II", body[:8])[0] if name == b"IHDR" else side
        data += body if name == b"IDAT" else b""
        at += 12 + size
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(side, -1)
    assert not lines[:, 0].any()
    return np.unpackbits(lines[:, 1:], axis=1)[:, :side] * np.uint8(255)


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="no second reader here (zbar-tools)")
@pytest.mark.parametrize("page", ["", PAGE])
def test_a_second_reader_agrees(tmp_path: Path, page: str) -> None:
    for at, picture in enumerate(qr.pictures(long_document(), key(), page)):
        path = tmp_path / f"{at}.png"
        path.write_bytes(draw.png(picture, 4))
        command = ["zbarimg", "-q", "--raw", "--nodbus", str(path)]
        found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert found.stdout.strip() == picture.text


def test_in_a_terminal_it_is_black_on_white() -> None:
    (picture,) = qr.pictures(document(), key())
    lines = [line.removeprefix("\x1b[38;2;0;0;0;48;2;255;255;255m").removesuffix("\x1b[0m")
             for line in draw.terminal(picture).split("\n")]  # fmt: skip
    upper = [[sign in "▀█" for sign in line] for line in lines]
    lower = [[sign in "▄█" for sign in line] for line in lines]
    rows = [row for two in zip(upper, lower, strict=True) for row in two]
    side = len(picture.modules)
    assert tuple(tuple(row[4:-4]) for row in rows[4 : 4 + side]) == picture.modules
    assert not any(map(any, (*rows[:4], *rows[4 + side :])))


def test_an_address_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(SelfcareError) as refused:
        qr.pictures(document(), key(), "https://a.example/" + "x" * 800)
    assert refused.value.code == "code_too_large"

"""``selfcare report qr|code|decode``: what gets out of a home whose line is down, and what it says at the other end."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from selfcare.cli import out
from selfcare.cli.support import HasSupport, with_support
from selfcare.contract import ExitCode
from selfcare.i18n import LANGUAGES, SUPPORT, Catalogue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from selfcare.app.support.port import SupportPort
    from selfcare.model.report import Decoded, Offline, Picture

_MOST_FILE = 64 * 1024
_SHORT_ENOUGH = 255
"""Characters that a path may have; a code's text is longer, and asking the disk for it would fail."""


def register(sub: argparse._SubParsersAction[argparse.ArgumentParser], catalogue: Catalogue) -> None:
    """Adds the three to the parsers of ``report``."""
    text = catalogue.text
    picture = sub.add_parser("qr", help=text("cli.report.qr"), allow_abbrev=False)
    picture.set_defaults(run=qr)
    picture.add_argument("--out", type=Path, metavar="FILE", help=text("cli.report.qr.out"))
    picture.add_argument("--terminal", action="store_true", help=text("cli.report.qr.terminal"))
    code = sub.add_parser("code", help=text("cli.report.code"), allow_abbrev=False)
    code.set_defaults(run=spoken)
    for one in (picture, code):
        one.add_argument("--case", metavar="CAS-…", help=text("cli.report.codes.case"))
    reader = sub.add_parser("decode", help=text("cli.report.decode"), allow_abbrev=False)
    reader.set_defaults(run=decode)
    reader.add_argument("text", nargs="+", metavar="TEXT|FILE", help=text("cli.report.decode.text"))
    reader.add_argument("--json", action="store_true", help=text("cli.report.decode.json"))
    for one in (picture, code, reader):
        one.add_argument("--lang", choices=LANGUAGES, help=text("cli.lang"))


def qr(arguments: argparse.Namespace, services: HasSupport) -> int:
    """Writes the picture, or shows it: in the terminal where no file was named."""

    async def show(support: SupportPort, words: Catalogue) -> int:
        offline = await _offline(support, arguments.case, words)
        if offline is None:
            return _error(words, "report_no_case")
        if arguments.out is not None:
            for path in _write(offline.pictures, arguments.out):
                out.line(str(path))
        if arguments.terminal or arguments.out is None:
            _draw(offline.pictures, words)
        if offline.left_out:
            names = ", ".join(words.first(f"codes.part.{one}", one) for one in offline.left_out)
            out.line(words.text("codes.left_out", names=names))
        return ExitCode.OK

    return _run(services, show)


def spoken(arguments: argparse.Namespace, services: HasSupport) -> int:
    """Prints the 16 digits alone: they are read out, or copied."""

    async def show(support: SupportPort, words: Catalogue) -> int:
        offline = await _offline(support, arguments.case, words)
        if offline is None:
            return _error(words, "report_no_case")
        out.line(offline.spoken)
        return ExitCode.OK

    return _run(services, show)


def decode(arguments: argparse.Namespace, services: HasSupport) -> int:
    """Tells what a code says. A signature that does not hold ends with "cannot tell"."""
    out.prepare(machine=arguments.json)

    async def show(support: SupportPort, _words: Catalogue) -> int:
        found = await support.decode("\n".join(_given(one) for one in arguments.text))
        if arguments.json:
            out.line(out.escaped(json.dumps(_document(found), ensure_ascii=False, indent=2)))
        else:
            out.line(out.harmless("\n".join(found.lines)))
        return ExitCode.CANNOT_TELL if found.signed is False else ExitCode.OK

    return _run(services, show)


def _document(found: Decoded) -> dict[str, object]:
    return {
        "kind": found.kind, "signed": found.signed, "fingerprint": found.fingerprint, "lines": list(found.lines),
        "data": dict(found.data),
    }  # fmt: skip


def _run(services: HasSupport, show: Callable[[SupportPort, Catalogue], Awaitable[int]]) -> int:
    words = Catalogue(services.catalogue.language, SUPPORT)
    return with_support(services, lambda port: show(port, words))


def _error(words: Catalogue, code: str) -> int:
    sys.stderr.write(out.harmless(f"selfcare: {words.text(f'error.{code}')}\n"))
    return ExitCode.CANNOT_TELL


async def _offline(support: SupportPort, case: str | None, words: Catalogue) -> Offline | None:
    from selfcare.model.report import ReportOptions

    found = await support.case(case)
    if found is None and case is not None:
        return None
    head = found.head if found is not None else await support.begin()
    report = await support.report(head.id, ReportOptions(language=words.language))
    return await support.offline(report)


def _write(pictures: tuple[Picture, ...], path: Path) -> list[Path]:
    """One file each, numbered where there are several."""
    from selfcare.report import draw, file

    make = draw.svg if path.suffix.lower() == ".svg" else draw.png
    many = len(pictures) > 1
    paths = [path.with_name(f"{path.stem}-{at}{path.suffix}") if many else path for at in range(1, len(pictures) + 1)]
    return [file.save(make(one), to, to.name) for one, to in zip(pictures, paths, strict=True)]


def _draw(pictures: tuple[Picture, ...], words: Catalogue) -> None:
    from selfcare.report import draw

    for at, picture in enumerate(pictures, 1):
        if len(pictures) > 1:
            out.line(words.text("codes.picture", at=at, of=len(pictures)))
        out.line(draw.terminal(picture))


def _given(text: str) -> str:
    """What is in the file of that name, if there is one; else the text itself."""
    try:
        path = Path(text)
        if len(text) > _SHORT_ENOUGH or not path.is_file():
            return text
        with path.open("rb") as handle:
            return handle.read(_MOST_FILE).decode("utf-8", "replace")
    except (OSError, ValueError):
        return text

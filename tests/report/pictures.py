"""``python -m tests.report.pictures FOLDER [NAME…]``: the report's page in every way it is seen."""

from __future__ import annotations

import sys
from pathlib import Path

from selfcare.report.page import page
from tests.report.browser import Browser
from tests.report.documents import ALL, USUAL

SCREENS = {"desk": (1280, 800), "phone": (390, 844)}


def main() -> int:
    folder, names = Path(sys.argv[1]), sys.argv[2:] or USUAL
    folder.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        tab = browser.page()
        for name in names:
            for language in ("fr", "en"):
                path = folder / f"{name}-{language}.html"
                path.write_bytes(page(ALL[name](), language))
                for size, screen in SCREENS.items():
                    for theme in ("light", "dark"):
                        tab.screen(*screen, dark=theme == "dark")
                        tab.open(path)
                        picture = folder / f"{name}-{language}-{size}-{theme}"
                        picture.with_suffix(".png").write_bytes(tab.picture())
                        picture.with_name(picture.name + "-whole.png").write_bytes(tab.picture(whole=True))
                path.with_suffix(".pdf").write_bytes(tab.printed())
                tab.screen(703, 1000, media="print")
                tab.open(path)
                path.with_name(f"{name}-{language}-print.png").write_bytes(tab.picture(whole=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())

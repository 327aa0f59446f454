"""What is shipped beside the code: menu entry, icon, and a build that starts."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from installers.smoke import smoke
from selfcare import __version__
from selfcare.guides import guide_ids

ROOT = Path(__file__).parents[1]
DESKTOP = ROOT / "installers/linux/selfcare.desktop"


def test_menu_entry_is_valid() -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("desktop-file-validate is not installed")
    found = subprocess.run(["desktop-file-validate", str(DESKTOP)], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_menu_entry_starts_the_command_and_speaks_french() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(DESKTOP, encoding="utf-8")
    section = entry["Desktop Entry"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert section["Exec"] in scripts
    assert {name for name in section if name.endswith("[fr]")} >= {"Comment[fr]", "GenericName[fr]"}


def test_icon_is_painted_from_its_drawing(tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    made = tmp_path / "icon.png"
    subprocess.run([sys.executable, str(ROOT / "installers/make_icon.py"), str(made)], check=True, timeout=60)
    new, kept = QImage(str(made)), QImage(str(ROOT / "assets/selfcare.png"))
    assert (kept.width(), kept.height()) == (256, 256)
    apart = [abs(one - two) for one, two in zip(bytes(new.constBits()), bytes(kept.constBits()), strict=True)]
    assert max(apart) <= 2, "run python installers/make_icon.py"  # processors round differently: seen 1 in 8 pixels


@pytest.mark.full
@pytest.mark.skipif(sys.platform != "linux", reason="the smoke test knows Linux only")
def test_built_program_starts() -> None:
    """Its figures go to the terminal; the bounds are loose, they catch a build that went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="selfcare-smoke-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        report = smoke(folder)
        shipped = {path.name for path in (folder / "dist").rglob("*")}
    finally:
        shutil.rmtree(folder)
    print(report)
    assert report.version == f"selfcare {__version__}"
    assert report.probes >= 8
    assert report.crashed == []
    assert set(report.boxes.values()) == {"read"}, report.boxes
    assert report.missing == []
    assert report.guides == len(guide_ids())
    assert "port-forwarding" in report.asked[:3]
    assert report.window_exit == 0
    assert report.first_paint_ms < 2000
    assert report.size_mb < 175  # some 15 of it what boxes need: cryptography, aiohttp, zeroconf
    assert {"selfcare.mo", "guides.mo", "default.toml", "selfcare.png", "LICENSE"} <= shipped
    assert not {"pytest", "hypothesis", "babel", "tests"} & shipped

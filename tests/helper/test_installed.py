"""What an installation adds to the system: the program alone, its polkit action, and what runs it at boot."""

from __future__ import annotations

import configparser
import plistlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from selfcare.hand import macos
from selfcare.hand.launch import INSTALLED
from selfcare.helper import listen

ROOT = Path(__file__).parents[2]
LINUX = ROOT / "installers/linux"
NO_CACHE = shutil.ignore_patterns("__pycache__")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_the_installed_helper_needs_nothing_but_python(tmp_path: Path) -> None:
    """As it is installed: a folder with the helper and nothing else of ours, started as the action names it."""
    shutil.copytree(ROOT / "selfcare/helper", tmp_path / "lib/selfcare/helper", ignore=NO_CACHE)
    shutil.copy(ROOT / "selfcare/__init__.py", tmp_path / "lib/selfcare")
    starter = (LINUX / "selfcare-helper").read_text(encoding="utf-8")
    assert starter.startswith("#!/usr/bin/python3 -I\n") and str(INSTALLED.parent / "lib") in starter
    program = tmp_path / "selfcare-helper"
    program.write_text(starter.replace(str(INSTALLED.parent / "lib"), str(tmp_path / "lib")), encoding="utf-8")
    hello = b'{"v":1,"id":1,"verb":"nonsense","args":{}}\n'
    command = [sys.executable, "-I", str(program)]
    done = subprocess.run([*command, "serve"], input=hello, capture_output=True, check=False, cwd="/", env={})
    assert (done.returncode, done.stderr) == (0, b"") and b'"bad_argument"' in done.stdout
    listed = subprocess.run([*command, "list"], capture_output=True, check=False, cwd="/", env={"HOME": str(tmp_path)})
    assert (listed.returncode, listed.stderr) == (0, b"")
    usage = subprocess.run([*command, "rm", "-rf"], capture_output=True, check=False, cwd="/", env={})
    assert usage.returncode == 2
    assert not list(tmp_path.rglob("*.pyc")), "root's folder stays as the package made it"


def test_polkit_action_names_the_helper_and_asks_in_both_languages() -> None:
    action = ET.parse(LINUX / "org.selfcare.helper.policy").getroot().find("action")
    assert action is not None
    noted = {note.get("key"): note.text for note in action.findall("annotate")}
    assert noted["org.freedesktop.policykit.exec.path"] == str(INSTALLED)
    for tag in ("description", "message"):
        assert {each.get(LANG) for each in action.findall(tag)} == {None, "fr"}
    defaults = {each.tag: each.text for each in action.findall("defaults/*")}
    assert set(defaults.values()) <= {"auth_admin", "auth_admin_keep"}, "never without a password"


def test_units_put_back_what_was_left_at_boot_and_at_log_in() -> None:
    for name, target in (("selfcare-recover", "multi-user.target"), ("selfcare-recover-user", "default.target")):
        unit = configparser.ConfigParser(interpolation=None, strict=False)
        unit.optionxform = str  # type: ignore[assignment,method-assign]
        unit.read(LINUX / f"{name}.service", encoding="utf-8")
        assert unit["Service"]["ExecStart"] == f"{INSTALLED} recover"
        assert unit["Service"]["Type"] == "oneshot" and unit["Install"]["WantedBy"] == target


def test_the_others_files_are_well_formed() -> None:
    standing, daemon = (plistlib.loads((ROOT / "installers/macos" / name).read_bytes()) for name in macos.PLISTS)
    assert daemon["RunAtLoad"] is True and daemon["ProgramArguments"][1:] == ["recover"]
    assert standing["BundleProgram"] == daemon["BundleProgram"] and standing["ProgramArguments"][1:] == ["listen"]
    told = standing["Sockets"][listen.LISTENER]
    assert told["SockPathName"] == str(listen.RUN / listen.STANDING) and told["SockPathMode"] == 0o666
    task = ET.parse(ROOT / "installers/windows/selfcare-recover.xml").getroot()
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space) == "recover"
    assert task.find("t:Triggers/t:BootTrigger", space) is not None
    own = ET.parse(ROOT / "installers/windows/selfcare-recover-user.xml").getroot()
    assert own.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space) == "recover"
    assert own.find("t:Triggers/t:LogonTrigger", space) is not None
    assert own.findtext("t:Principals/t:Principal/t:RunLevel", namespaces=space) == "LeastPrivilege"


def test_the_built_program_is_its_own_helper(tmp_path: Path) -> None:
    """``selfcare helper`` loads the helper and nothing else of the program."""
    code = (
        "import runpy, sys; sys.argv = ['selfcare', 'helper', 'nonsense']\n"
        "try: runpy.run_module('selfcare', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "ours = [n for n in sys.modules if n.startswith(('selfcare', 'probes', 'ui')) and 'helper' not in n]\n"
        "sys.exit(0 if code == 2 and ours == ['selfcare'] else 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""The shape of the code, as house rules that fail the build: direction, size, licences."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import pkgutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = ("selfcare", "probes", "ui", "tests", "installers")
MAX_FILE = 350
MAX_FUNCTION = 60

# Longer than the rule, each with the reason why it stays so. An entry that is no longer needed fails the test.
LONG_FILES: dict[str, str] = {
    "selfcare/wiring.py": "the one file that knows everybody: in two, neither would say who is joined to whom",
}
LONG_FUNCTIONS: dict[str, str] = {}


def sources(*tops: str) -> Iterator[Path]:
    for top in tops:
        yield from sorted((ROOT / top).rglob("*.py"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_are_short() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in sources(*CODE)}
    long = {name for name, lines in lengths.items() if lines > MAX_FILE}
    assert long == set(LONG_FILES), {name: lengths.get(name) for name in long ^ set(LONG_FILES)}


def test_functions_are_short() -> None:
    lengths = dict(item for path in sources(*CODE) for item in functions(path))
    long = {name for name, lines in lengths.items() if lines > MAX_FUNCTION}
    assert long == set(LONG_FUNCTIONS), {name: lengths.get(name) for name in long ^ set(LONG_FUNCTIONS)}


def modules(package: str) -> list[str]:
    found = pkgutil.walk_packages([str(ROOT / package.replace(".", "/"))], f"{package}.")
    return [package, *(item.name for item in found if not item.name.endswith("__main__"))]


def of_another_system(name: str) -> bool:
    """Whether the module refuses to load here, as its own first lines say."""
    path = ROOT / f"{name.replace('.', '/')}.py"
    said = 'assert sys.platform == "'
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return f"\n{said}" in text and f'\n{said}{sys.platform}"' not in text


def imported_by(names: list[str]) -> set[str]:
    """The top-level modules that a new Python has loaded once it has imported ``names``."""
    code = (
        "import importlib, json, sys\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    command = [sys.executable, "-c", code, json.dumps(names)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stderr
    return set(json.loads(found.stdout))


def test_model_needs_the_standard_library_only() -> None:
    foreign = imported_by(modules("selfcare.model")) - imported_by(["json", "importlib"]) - set(sys.stdlib_module_names)
    assert {name for name in foreign if not name.startswith("_")} == {"selfcare"}


@pytest.mark.parametrize("package", ["selfcare", "probes"])
def test_no_window_below_the_window(package: str) -> None:
    names = [name for name in modules(package) if name != "selfcare.i18n.build" and not of_another_system(name)]
    loaded = imported_by(names)
    assert "PySide6" not in loaded
    assert "ui" not in loaded


def test_layers() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stdout[-3000:]


def requirements() -> list[str]:
    """The distributions of the base install, with what they need in turn."""
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, seen = list(project["dependencies"]), dict[str, None]()
    while waiting:
        wanted = Requirement(waiting.pop())
        if wanted.name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen[wanted.name] = None
        waiting += importlib.metadata.requires(wanted.name) or []
    return list(seen)


def licence(name: str) -> str:
    about = importlib.metadata.metadata(name)
    classifiers = [item for item in about.get_all("Classifier") or [] if item.startswith("License")]
    said = about.get("License-Expression") or " ".join(classifiers) or about.get("License") or ""
    return said.splitlines()[0] if said else ""


@pytest.mark.parametrize("name", requirements())
def test_licences_of_the_base_install(name: str) -> None:
    """The project is MIT: it may depend on the LGPL, unmodified and replaceable, but on no GPL."""
    said = licence(name)
    assert said, f"{name} names no licence"
    choices = [choice.strip(" ()") for choice in said.replace(" or later", "").split(" OR ")]
    assert any("GPL" not in choice.replace("LGPL", "").upper().replace("LESSER", "") for choice in choices), said

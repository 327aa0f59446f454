"""Whatever goes wrong has a sentence: every code in the sources, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import selfcare
from selfcare.app.support.said import trouble
from selfcare.i18n import SUPPORT, Catalogue

ROOT = Path(selfcare.__file__).parent
WHERE = ("desks", "outbox", "app/support", "report", "cases", "redaction", "store", "ground/errors.py",
         "ground/secrets.py", "ground/install_key.py", "ground/atomic.py", "ground/folders.py")  # fmt: skip


def sources() -> Iterator[Path]:
    for name in WHERE:
        place = ROOT / name
        assert place.exists(), name
        yield from place.rglob("*.py") if place.is_dir() else [place]


def errors() -> frozenset[str]:
    """Names of classes that bear a code: ``SelfcareError``, ``DeskError`` and those that are one."""
    known, before = {"SelfcareError", "DeskError"}, 0
    trees = [ast.parse(path.read_text()) for path in (*sources(), ROOT / "model/ticket.py")]
    while len(known) > before:
        before = len(known)
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and {getattr(base, "id", "") for base in node.bases} & known:
                    known.add(node.name)
    return frozenset(known)


def codes() -> frozenset[str]:
    found, classes = set[str](), errors()
    for path in sources():
        tree = ast.parse(path.read_text())
        named = {target.id: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)
                 for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in classes:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                at = 1 if name == "DeskError" else 0
                arguments = [*node.args[at : at + 1], *(k.value for k in node.keywords if k.arg == "code")]
                for one in arguments:
                    said = named.get(one.id, one) if isinstance(one, ast.Name) else one
                    found |= set(values(said))
    return frozenset(found)


def values(node: ast.expr) -> Iterator[str]:
    """What an expression may come to, as far as it stands there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*values(node.body), *values(node.orelse))
    elif isinstance(node, ast.Call) and node.args:  # getattr(error, "code", "write_failed")
        yield from values(node.args[-1])
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        for one in node.value.values:
            yield from values(one)


def spelled() -> frozenset[str]:
    """Codes that go through a variable or a table: whatever looks like one in the desks and the outbox."""
    looks = re.compile(r"(desk|mail|sign_in|register|cancel|parcel|found)_[a-z]+(_[a-z]+)*")
    return frozenset(
        node.value
        for path in (*(ROOT / "desks").glob("*.py"), *(ROOT / "outbox").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and looks.fullmatch(node.value)
    )


def test_there_are_codes_to_look_at() -> None:
    assert {"desk_slow", "case_unknown", "keyring_silent", "disk_full", "sign_in_denied"} <= codes() and len(
        codes() | spelled()
    ) > 50


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_code_has_a_sentence(language: str) -> None:
    words = Catalogue(language, SUPPORT)
    assert sorted(code for code in codes() | spelled() if not words.has(f"error.{code}")) == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", ["desk_http_418", "desk_http_302", "desk_http_507", "mail_452", "mail_550"])
def test_what_a_desk_may_answer_has_one_of_its_kind(language: str, code: str) -> None:
    words = Catalogue(language, SUPPORT)
    assert trouble(words, code) != words.text("error.other", code=code) and code in trouble(words, code)

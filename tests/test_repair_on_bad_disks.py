"""Whole repairs with no room, or no right, to write: what happens is said; nothing is changed, or it is put back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from selfcare.i18n import Catalogue
from tests.helper.test_in_lab import SEAT
from tests.lab.lab import Lab
from tests.lab.mounts import HOME
from tests.lab.repairs import ROOTS_HOME, different, repair, run, settings, told, undo_all
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.full,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]
JOURNAL = "/var/lib/selfcare"
PAGES = 16
TEXT = Catalogue("en").text


@pytest.fixture(scope="module")
def pc() -> Iterator[Lab]:
    """The operator's resolvers are down: another one would help."""
    with Lab("isp-dns-down") as lab:
        yield lab


@contextmanager
def disk(lab: Lab, folder: str, free: int, options: str = "rw") -> Iterator[None]:
    """A small disk over this folder with so many pages left to write."""
    lab.pc.run("mkdir", "-p", folder)
    lab.pc.run("mount", "-t", "tmpfs", "-o", f"mode=755,size={PAGES * 4}k", "tmpfs", folder)
    try:
        lab.pc.run("dd", "if=/dev/zero", f"of={folder}/fill", "bs=4096", f"count={PAGES - free}")
        lab.pc.run("mount", "-o", f"remount,{options}", folder)
        yield
    finally:
        lab.pc.run("umount", "-l", folder)


@pytest.mark.parametrize("options", ["rw", "ro"])
def test_without_a_journal_nothing_is_changed_and_it_is_said(pc: Lab, options: str) -> None:
    before = settings(pc)
    with disk(pc, JOURNAL, 0, options):
        document, done = repair(pc)
        assert [(s["outcome"], s["error"]) for s in document["steps"][:1]] == [("failed", "cannot_record")]
        assert (document["state"], done.returncode) == ("not_helped", 1)
        said = run(pc, "repair", "--yes", "--lang", "en")
        assert TEXT("repair.error.cannot_record") in said.stdout + said.stderr
    assert not different(pc, before)
    assert run(pc, "undo", "list", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("options", ["rw", "ro"])
def test_without_a_home_it_is_repaired_and_can_be_undone(pc: Lab, options: str) -> None:
    """Only what is remembered of it is missing, and that is said."""
    before = settings(pc)
    with disk(pc, ROOTS_HOME, 0, options):
        document, done = repair(pc)
        assert (told(document), document["state"], done.returncode) == ([("dns.alternate", "kept")], "repaired", 0)
        assert document["remembered"] is False
        undo_all(pc, user=False)
        assert not different(pc, before)
        said = run(pc, "repair", "--yes", "--lang", "en").stdout
        assert TEXT("repair.not_remembered") in said
        undo_all(pc, user=False)
    assert not different(pc, before)


def test_a_users_home_that_is_read_only_changes_nothing(pc: Lab) -> None:
    """The user may change the resolvers here, but nothing could be written down first."""
    before = settings(pc)
    pc.pc.run("sh", "-ec", "cat > /etc/polkit-1/rules.d/10-seat.rules; sleep 1", text=SEAT)
    pc.spaces.user.run("sh", "-ec", f"mount --bind {HOME} {HOME}; mount -o remount,ro,bind {HOME}")
    try:
        document, done = repair(pc, user=True)
        assert [s["error"] for s in document["steps"][:1]] == ["cannot_record"]
        assert (document["remembered"], done.returncode) == (False, 1)
    finally:
        pc.spaces.user.run("umount", HOME)
        pc.pc.run("rm", "/etc/polkit-1/rules.d/10-seat.rules")
    assert not different(pc, before)


@pytest.mark.parametrize("free", range(1, 7))
def test_a_disk_that_fills_up_on_the_way(pc: Lab, free: int) -> None:
    """Kept and listed, or as before: wherever the last page was written."""
    before = settings(pc)
    with disk(pc, JOURNAL, free):
        document, _ = repair(pc)
        outcome = told(document)[0][1]
        assert outcome in ("kept", "failed", "undone"), document["steps"]
        if outcome == "kept":
            assert settings(pc) != before
            undo_all(pc, user=False)
        assert not different(pc, before)
        repair(pc, "repair")  # the next start, without consent: puts back what was left, and nothing else
        assert not different(pc, before)

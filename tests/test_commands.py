"""``./run`` and ``./test`` in a fresh copy of the checkout, as root and as somebody else."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from installers.smoke import wait_for_marks

ROOT = Path(__file__).parents[1]
NOBODY = 65534
AS_NOBODY = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--")

needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="needs root, to become another user and to hide files"
)
pytestmark = [
    pytest.mark.early,
    pytest.mark.skipif(sys.platform != "linux", reason="./run is for Linux"),
]

# Stands in for the program where the question is only how ./run starts it.
PROBE = """
import json, os, sys
names = ("HOME", "USER", "LOGNAME", "XDG_RUNTIME_DIR", "SUDO_USER", "XDG_CONFIG_HOME", "DISPLAY")
told = {name: os.environ.get(name) for name in names}
print(json.dumps({"uid": os.getuid(), "gid": os.getgid(), "groups": os.getgroups(), "args": sys.argv[1:],
                  "cwd": os.getcwd(), "env": told, "caps": open("/proc/self/status").read().split("CapEff:")[1][:18]}))
"""


def copy_of_checkout() -> Path:
    """What a clone would hold once everything is committed; under /tmp, where anybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="selfcare-clone-", dir="/tmp"))
    folder.chmod(0o755)
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def run(
    folder: Path, *arguments: str, become: tuple[str, ...] = (), env: Mapping[str, str] | None = None, cwd: str = "/"
) -> subprocess.CompletedProcess[str]:
    """Runs ``./run`` as a person would, with no session of a desktop and nothing on stdin."""
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "SUDO_USER", "PKEXEC_UID", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    environment = {**kept, "LANG": "en_GB.UTF-8", "LANGUAGE": "", "LC_ALL": "", **(env or {})}
    command = [*become, str(folder / "run"), *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300,
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """A fresh copy, set up by its first start."""
    folder = copy_of_checkout()
    first = run(folder, "--version")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("selfcare ")
    assert len(first.stdout.splitlines()) == 1, "set-up says nothing on stdout"
    assert all(line.startswith("selfcare") for line in first.stderr.splitlines()), first.stderr
    assert 1 <= len(first.stderr.splitlines()) <= 4, "one line per step"
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def probe_clone(clone: Path) -> Iterator[Path]:
    """The same, with the program replaced by one that tells how it was started."""
    entry = clone / "selfcare" / "__main__.py"
    original = entry.read_text()
    entry.write_text(PROBE)
    yield clone
    entry.write_text(original)
    for path in [clone, *clone.rglob("*")]:
        os.chown(path, os.geteuid(), os.getegid(), follow_symlinks=False)


def own(folder: Path, uid: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)


def test_second_start_is_silent_and_quick(clone: Path) -> None:
    assert run(clone, "--version").stderr == ""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def median(*command: str) -> float:
        """Seconds of a processor: what else runs here is of no matter."""
        times = []
        for _ in range(7):
            before = spent()
            subprocess.run(command, capture_output=True, check=True)
            times.append(spent() - before)
        return statistics.median(times)

    extra = median(str(clone / "run"), "--version") - median(
        str(clone / ".venv/bin/python"), "-P", "-m", "selfcare", "--version"
    )
    assert extra < 0.25  # busy neighbours make it dearer; anything prepared a second time takes far more


def test_json_alone_on_stdout(clone: Path) -> None:
    found = run(clone, "check", "--json", "--timeout", "5")
    assert json.loads(found.stdout)["schema"] == "selfcare.check/1"
    assert found.returncode in (0, 1, 3), found.stderr


def test_exit_code_and_folder_are_the_callers(probe_clone: Path, tmp_path: Path) -> None:
    told = json.loads(run(probe_clone, "check", "a b", "--x=*", cwd=str(tmp_path)).stdout)
    assert told["args"] == ["check", "a b", "--x=*"]
    assert told["cwd"] == str(tmp_path)
    (probe_clone / "selfcare" / "__main__.py").write_text("raise SystemExit(3)")
    assert run(probe_clone, "check").returncode == 3


def test_a_file_of_the_current_folder_is_no_module(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    (tmp_path / "selfcare.py").write_text("raise SystemExit('taken over')")
    assert run(clone, "--version", cwd=str(tmp_path)).returncode == 0


def test_no_display_is_said(clone: Path) -> None:
    become = AS_NOBODY if os.geteuid() == 0 else ()
    found = run(clone, become=become, env={"HOME": "/nonexistent"})
    assert found.returncode == 2
    assert "no display" in found.stderr
    assert "./run check" in found.stderr


def test_messages_follow_the_language(clone: Path) -> None:
    become = AS_NOBODY if os.geteuid() == 0 else ()
    assert "aucun écran" in run(clone, become=become, env={"LANG": "fr_FR.UTF-8"}).stderr


@needs_root
def test_root_window_is_refused_when_nobody_can_have_it() -> None:
    folder = copy_of_checkout()
    try:
        found = run(folder, env={"QT_QPA_PLATFORM": "offscreen"})
        assert found.returncode == 5
        assert "administrator rights" in found.stderr
        assert not (folder / ".venv").exists(), "refused before anything was made"
    finally:
        shutil.rmtree(folder)


@needs_root
@pytest.mark.parametrize("way", ["owner", "sudo", "pkexec"])
def test_root_window_steps_down(probe_clone: Path, way: str) -> None:
    env = {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": "/root/.config", "HOME": "/root"}
    if way == "owner":
        own(probe_clone, NOBODY)
    env |= {"sudo": {"SUDO_USER": "nobody"}, "pkexec": {"PKEXEC_UID": str(NOBODY)}, "owner": {}}[way]
    found = run(probe_clone, env=env)
    assert found.returncode == 0, found.stderr
    assert "opens as nobody" in found.stderr
    told = json.loads(found.stdout)
    assert (told["uid"], told["gid"], told["caps"].strip()) == (NOBODY, NOBODY, "0" * 16)
    assert 0 not in told["groups"]
    assert told["env"]["HOME"] == "/nonexistent"
    assert told["env"]["USER"] == "nobody"
    assert told["env"]["XDG_CONFIG_HOME"] is None
    assert told["env"]["SUDO_USER"] is None


@pytest.mark.full
@needs_root
@pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")
def test_root_opens_the_real_window_of_the_owner(clone: Path) -> None:
    """On a real display: Qt's libraries, the display's access, the step down and a polite end all have to be right."""
    own(clone, NOBODY)
    home = Path(tempfile.mkdtemp(dir="/tmp"))
    os.chown(home, NOBODY, NOBODY)
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-ac", "-nolisten", "tcp", "-screen", "0", "1280x800x24"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        display = f":{os.read(reader, 16).decode().strip()}"
        timing = home / "timing.jsonl"
        environment = {**os.environ, "DISPLAY": display, "SELFCARE_HOME": str(home), "SELFCARE_TIMING": str(timing)}
        environment.pop("QT_QPA_PLATFORM", None)
        window = subprocess.Popen([str(clone / "run")], env=environment, stderr=subprocess.PIPE, text=True)
        marks = wait_for_marks(window, timing)
        uid = Path(f"/proc/{window.pid}/status").read_text().split("Uid:")[1].split()[0]
        window.terminate()
        _, errors = window.communicate(timeout=20)
        assert "ready_ms" in marks, errors
        assert (uid, window.returncode) == (str(NOBODY), 0), errors
    finally:
        server.terminate()
        server.wait()
        os.close(reader)
        own(clone, os.geteuid())
        shutil.rmtree(home)


@needs_root
def test_root_terminal_stays_root(probe_clone: Path) -> None:
    assert json.loads(run(probe_clone, "check", env={"SUDO_USER": "nobody"}).stdout)["uid"] == 0


@needs_root
def test_roots_environment_serves_an_ordinary_user(clone: Path) -> None:
    found = run(clone, "--version", become=AS_NOBODY, env={"HOME": "/nonexistent"})
    assert (found.returncode, found.stderr) == (0, "")


@needs_root
def test_environment_belongs_to_the_owner_of_the_checkout(clone: Path) -> None:
    """Else its owner could not bring it up to date without root."""
    folder = copy_of_checkout()
    try:
        # What "--version" does without is of no matter here, and takes its time to be fetched and unpacked.
        project = folder / "pyproject.toml"
        head, begin, rest = project.read_text().partition("\ndependencies = [\n")
        listed, end, rest = rest.partition("\n]\n")
        wanted = [line for line in listed.splitlines() if line.strip().startswith(('"msgspec', '"platformdirs'))]
        project.write_text(head + begin + "\n".join(wanted) + end + rest)
        own(folder, NOBODY)
        found = run(folder, "--version", env={"PIP_NO_CACHE_DIR": "1"})
        assert found.returncode == 0, found.stderr
        assert {path.stat().st_uid for path in (folder / ".venv", folder / ".venv/.selfcare-base")} == {NOBODY}
    finally:
        shutil.rmtree(folder)


@pytest.mark.full
@needs_root
def test_read_only_checkout_uses_the_users_cache() -> None:
    folder = copy_of_checkout()
    home = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        os.chown(home, NOBODY, NOBODY)
        env = {"HOME": str(home), "XDG_CACHE_HOME": ""}
        assert run(folder, "--version", become=AS_NOBODY, env=env).returncode == 0
        assert not (folder / ".venv").exists()
        assert list((home / ".cache/selfcare").glob("venv-*/.selfcare-base"))
        again = run(folder, "--version", become=AS_NOBODY, env=env)
        assert (again.returncode, again.stderr) == (0, "")
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(home)


def hidden(script: str, *become: str) -> tuple[str, ...]:
    """Runs what follows in a mount namespace where ``script`` took something away; the host keeps it."""
    inner = f'set -e; {script}; exec "$@"'
    return ("unshare", "-m", "--propagation", "private", "sh", "-c", inner, "sh", *become)


HIDE_VENV = "for d in /usr/lib/python3.1*/ensurepip; do mount -t tmpfs none $d; done"
HIDE_PYTHON = "for p in /usr/bin/python3.1?; do mount --bind /dev/null $p; done"
HIDE_LIBRARY = (
    "d=$(dirname $(ldconfig -p | sed -n 's/.*libxcb-cursor.so.0.*=> //p' | head -1));"
    "t=/run; mount -t tmpfs none $t; mkdir $t/u $t/w;"
    "mount -t overlay -o lowerdir=$d,upperdir=$t/u,workdir=$t/w none $d; rm $d/libxcb-cursor.so.0*"
)
PLAIN_PATH = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent"}


@needs_root
def test_what_an_ordinary_user_lacks_is_named_with_its_command() -> None:
    folder = copy_of_checkout()
    try:
        own(folder, NOBODY)
        found = run(folder, "--version", become=hidden(HIDE_VENV, *AS_NOBODY), env=PLAIN_PATH)
        assert found.returncode == 5
        assert "sudo apt-get install --no-install-recommends python3-venv" in found.stderr
        assert found.stdout == ""
    finally:
        shutil.rmtree(folder)


@needs_root
def test_no_python_is_said() -> None:
    folder = copy_of_checkout()
    try:
        found = run(folder, "--version", become=hidden(HIDE_PYTHON), env=PLAIN_PATH)
        assert found.returncode == 70
        assert "Python 3.11 or newer is needed" in found.stderr
    finally:
        shutil.rmtree(folder)


@needs_root
def test_missing_window_library_is_named(clone: Path) -> None:
    (clone / ".venv/.selfcare-window").unlink(missing_ok=True)
    found = run(clone, become=hidden(HIDE_LIBRARY, *AS_NOBODY), env={**PLAIN_PATH, "DISPLAY": ":77"})
    assert found.returncode == 5, found.stderr
    assert "sudo apt-get install --no-install-recommends libxcb-cursor0" in found.stderr


def test_changed_dependencies_are_noticed(clone: Path) -> None:
    before = {path: path.read_text() for path in (clone / "pyproject.toml", *(clone / ".venv").glob(".selfcare-*"))}
    project = clone / "pyproject.toml"
    try:
        project.write_text(before[project] + "\n# changed\n")
        assert "installing" in run(clone, "--version").stderr
        assert run(clone, "--version").stderr == ""
    finally:
        for path, text in before.items():  # a comment changed nothing of what was installed
            path.write_text(text)
    assert run(clone, "--version").stderr == ""


def test_ci_calls_the_same_command() -> None:
    text = (ROOT / ".ci/run").read_text()
    assert "exec ./test" in text
    for name in ("run", "test", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK)

"""The small machine where there is no User-mode Linux: QEMU, which reckons the processor, with Debian's own kernel.

Emulator, kernel and the programs of its first moments are packages that are unpacked, never installed (``rootfs``).
Two shared folders (9p) are this machine's files and the job. It takes three or four times as long as the other.
"""

from __future__ import annotations

import gzip
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.lab import rootfs
from tests.lab.errors import LabUnavailable

START = Path(__file__).with_name("start.sh")
# What must be in the kernel before it sees this machine's files.
FIRST_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay")
PROGRAM = "qemu-system-x86_64"
META = "linux-image-amd64"
PATIENCE, TIMES = "SELFCARE_LAB_PATIENCE", "4"
"""How often as long the lab waits for what it starts (``tests.lab.spaces``), where nothing else is set."""


def why_unavailable() -> str | None:
    if platform.machine() != "x86_64":
        return (
            f"the machine of its own needs a processor of x86-64, or User-mode Linux; this one is {platform.machine()}"
        )
    return rootfs.why_unavailable()


def kit() -> rootfs.Kit:
    """The kernel's package by its own name: the one without a version has no files."""
    return rootfs.Kit(
        ("qemu-system-x86", "busybox-static", "kmod"),
        ("bin/qemu-system-x86_64", "bin/busybox", "bin/kmod"),
        (kernel_package(),),
    )  # fmt: skip


@cache
def kernel_package() -> str:
    words = ["apt-cache", "depends", META]
    text = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Depends: (linux-image-\S+)", text)
    if found is None:
        raise LabUnavailable(f"apt knows no {META}; apt-get update?")
    return found.group(1)


def words(job: Path, memory_mb: int, radios: int) -> tuple[list[str], dict[str, str]]:
    """How it is started, and with what in the environment.

    Raises:
        LabUnavailable: its parts are out of reach.
    """
    root, tools = rootfs.ensure(kit()), rootfs.ensure(rootfs.RADIO)
    version = next((root.usr / "lib/modules").iterdir()).name
    _index(root.usr, version)
    start = root.usr.parent / f"start-{_stamp()}.gz"
    if not start.exists():
        _pack(root.usr, version, start)
    mine = root.usr / "bin" / PROGRAM
    program = str(mine) if mine.exists() else PROGRAM
    more = {"LD_LIBRARY_PATH": _libraries(root.usr)} if mine.exists() else {}
    folders = [word for name in ("qemu", "seabios") for word in ("-L", str(root.usr / "share" / name))]
    return [
        program, *(folders if mine.exists() else []), "-M", "q35", "-accel", "tcg", "-cpu", "Nehalem", "-smp", "1",
        # Its clock counts what it has reckoned (one instruction a nanosecond), so that a busy host takes no time of it.
        "-icount", "shift=0,sleep=on",
        "-m", str(memory_mb), "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-nic", "none",
        "-kernel", str(root.usr.parent / "boot" / f"vmlinuz-{version}"), "-initrd", str(start), "-serial",
        f"file:{job}/console", "-device", "virtio-rng-pci", "-append",
        "console=ttyS0 loglevel=3 panic=-1 mitigations=off net.ifnames=0 "
        f"selfcareradios={radios} selfcarefirst={START.with_name('first.sh')}",
        *_share("machine", Path("/"), True), *_share("tools", tools.usr.parent, True),
        *_share("kernel", root.usr.parent, True), *_share("job", job, False),
    ], more  # fmt: skip


def _share(tag: str, folder: Path, closed: bool) -> list[str]:
    local = f"local,id={tag},path={folder},security_model=none,multidevs=remap{',readonly=on' if closed else ''}"
    return ["-fsdev", local, "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]


def _libraries(usr: Path) -> str:
    return str(usr / "lib/x86_64-linux-gnu")


def _stamp() -> str:
    return str(START.stat().st_mtime_ns)


def _index(usr: Path, version: str) -> None:
    """Which module needs which; the package's install script would have made it."""
    if (usr / "lib/modules" / version / "modules.dep.bin").exists():
        return
    link = usr.parent / "lib"
    if not link.exists():
        link.symlink_to("usr/lib")
    kmod = next(str(path) for path in (usr / "bin/kmod", Path("/usr/bin/kmod")) if path.exists())
    done = subprocess.run(
        ["depmod", "-b", str(usr.parent), version], executable=kmod, capture_output=True, text=True, check=False,
        env={**os.environ, "LD_LIBRARY_PATH": _libraries(usr)},
    )  # fmt: skip
    if done.returncode:
        raise LabUnavailable(f"depmod: {done.stderr.strip()}")


def _pack(usr: Path, version: str, target: Path) -> None:
    """The archive the kernel begins with: one program, the first modules in their order, and ``start.sh``."""
    modules = usr / "lib/modules" / version
    busybox = next(path for path in (usr / "bin/busybox", Path("/bin/busybox")) if path.exists())
    order = list(dict.fromkeys(_needs(modules, FIRST_MODULES)))
    files = [("init", START.read_bytes(), 0o755), ("bin/busybox", busybox.read_bytes(), 0o755)]
    files += [(f"modules/{path.name}", path.read_bytes(), 0o644) for path in order]
    files.append(("modules/order", "".join(f"{path.name}\n" for path in order).encode(), 0o644))
    folders = ["bin", "modules", "proc", "sys", "dev", "memory", "machine", "tools", "kernel", "root"]
    text = b"".join(_entry(name, b"", 0o040755) for name in folders)
    text += b"".join(_entry(name, data, 0o100000 | mode) for name, data, mode in files)
    making = target.with_suffix(".new")
    with gzip.open(making, "wb", compresslevel=1) as packed:
        packed.write(text + _entry("TRAILER!!!", b"", 0))
    shutil.move(making, target)


def _needs(modules: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """Their files, each after those it needs. A name that has no file is built in."""
    lines = (modules / "modules.dep").read_text(encoding="utf-8").splitlines()
    needs = {path: rest.split() for path, _, rest in (line.partition(":") for line in lines)}
    for name in names:
        found = next((path for path in needs if Path(path).stem == name), None)
        if found is not None:
            yield from (modules / path for path in reversed(needs[found]))
            yield modules / found


def _entry(name: str, data: bytes, mode: int) -> bytes:
    """One file of a cpio archive in its "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst)."""
    numbers = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(f"{number:08X}".encode() for number in numbers) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)

"""Processors that have more registers than User-mode Linux knows: see ``registers.c``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("registers.c")
COMPILER = "cc"
LARGER = {"avx512f", "pku", "amx_tile", "mpx"}


def too_many() -> bool:
    """Whether this processor has more of them."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    flags = next((set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), set())
    return bool(flags & LARGER)


def why_unavailable() -> str | None:
    """What is missing to run it on this processor all the same."""
    if too_many() and shutil.which(COMPILER) is None:
        return f"on this processor the machine of its own needs a C compiler ({COMPILER})"
    return None


def environment(folder: Path) -> dict[str, str]:
    """What its kernel is started with."""
    if not too_many():
        return {}
    library = folder / "registers.so"
    words = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run([COMPILER, *words], check=True)
    return {"LD_PRELOAD": str(library)}

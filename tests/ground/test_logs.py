"""The log file: bounded, JSON lines, redacted wherever an identifier may hide."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from selfcare.ground import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[logging.Logger]:
    root = logging.getLogger()
    level = root.level
    handler = logs.start_log(tmp_path)
    assert handler is not None
    yield logging.getLogger("selfcare.trial")
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / logs.FILE).read_text(encoding="utf-8").splitlines()]


def test_message_and_arguments_are_redacted(log: logging.Logger, tmp_path: Path) -> None:
    log.info("gateway %s of %s", "192.168.1.1", {"ssid": "Chez Nous"})
    (line,) = lines(tmp_path)
    assert line["message"] == "gateway <ipv4> of {'ssid': <masked>}"
    assert line["level"] == "info"
    assert line["logger"] == "selfcare.trial"


def test_traceback_is_redacted(log: logging.Logger, tmp_path: Path) -> None:
    try:
        raise OSError("no route to 10.1.2.3 from aa:bb:cc:dd:ee:ff")
    except OSError:
        log.exception("failed")
    (line,) = lines(tmp_path)
    assert "no route to <ipv4> from <mac>" in line["trouble"]
    assert "test_logs.py" in line["trouble"]


def test_other_readers_of_the_record_see_it_unchanged(log: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    log.warning("gateway %s", "192.168.1.1")
    assert caplog.records[0].args == ("192.168.1.1",)


def test_run_id_ties_lines_together(log: logging.Logger, tmp_path: Path) -> None:
    token = logs.run_id.set("r-17")
    log.info("one")
    logs.run_id.reset(token)
    log.info("two")
    first, second = lines(tmp_path)
    assert first["run"] == "r-17"
    assert "run" not in second


def test_wrong_format_string_keeps_the_line(log: logging.Logger, tmp_path: Path) -> None:
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, logs.JsonLines))
    handler.handle(log.makeRecord("x", logging.INFO, "f", 1, "%d packets", ("from 10.0.0.1",), None))
    (line,) = lines(tmp_path)
    assert "packets" in line["message"]
    assert "10.0.0.1" not in line["message"]


def test_size_is_bounded(log: logging.Logger, tmp_path: Path) -> None:
    for number in range(3000):
        log.info("%d %s", number, "x" * 2000)
    files = sorted(tmp_path.glob(f"{logs.FILE}*"))
    assert len(files) == 1 + logs.KEPT
    assert sum(path.stat().st_size for path in files) <= 3 * logs.MAX_BYTES
    assert lines(tmp_path)[-1]["message"].startswith("2999 ")


def test_unwritable_folder_means_no_log_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert logs.start_log(tmp_path / "file" / "log") is None


def test_full_disk_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no /dev/full on this system")
    (tmp_path / logs.FILE).symlink_to("/dev/full")
    handler = logs.start_log(tmp_path)
    assert handler is not None
    logging.getLogger("selfcare.trial").info("lost")
    logging.getLogger().removeHandler(handler)
    assert capfd.readouterr().err == ""

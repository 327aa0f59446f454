"""``selfcare box status`` of every simulated family with every fault: a valid document, an exit code that fits it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.app.boxes import BoxDesk
from selfcare.app.services import Services
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.families import driver
from selfcare.cli import main
from selfcare.cli.out import escaped
from selfcare.contract import ExitCode
from selfcare.contract.box import box_exit_code, load_box_schema
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.box import BoxFamily
from selfcare.store.lines import LineHistory
from tests.boxes.__main__ import FAMILIES, chosen
from tests.boxes.home import FAULTS
from tests.boxes.threaded import in_thread

VALIDATOR = jsonschema.Draft202012Validator(load_box_schema(), format_checker=jsonschema.FormatChecker())
SCREEN = 25
"""Lines of the smallest terminal, its prompt not counted."""
TELLS = ("wan", "dsl", "optical", "cellular", "traffic", "ports", "tv", "phone", "events", "restarts")


class Run:
    def __init__(self, folder: Path, family: str, address: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.family, self.address, self.capsys = folder, family, address, capsys

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str]:
        options = ("--address", self.address, "--driver", self.family)
        code = main(["box", *words, *options], self._services)
        return code, self.capsys.readouterr().out

    def _services(self, language: str | None) -> Services:
        async def no_gateway() -> None:
            return None

        def desk() -> BoxDesk:
            credentials = Credentials(self.folder, SecretStore(self.folder, lambda: None))
            return BoxDesk(no_gateway, credentials, LineHistory(self.folder))

        return Services(
            None, lambda: (), load_profile, Catalogue(language or "fr"), lambda: None, self.folder, "0", boxes=desk  # type: ignore[arg-type]
        )  # fmt: skip


def judge(code: int, said: str, case: str) -> dict[str, Any]:
    """The document is valid, steers no terminal, and the exit code is what the contract says of it."""
    document: dict[str, Any] = json.loads(said)
    VALIDATOR.validate(document)
    assert said == escaped(said), case
    if document["failure"] is not None:
        assert code == box_exit_code(document["failure"]["code"]), case
        return document
    readings = [document["result"][name] for name in TELLS]
    told = [one for one in readings if not (isinstance(one, dict) and "absent" in one)]
    shut = not told and any(one["absent"] == "needs_pairing" for one in readings)
    wanted = ExitCode.NEEDS_PRIVILEGE if document["box"]["trouble"] or shut else ExitCode.OK
    assert code == wanted, case
    return document


TELLING = ("dark-fibre", "dsl-no-sync", "bridge", "updating", "swapped", "short-session")
"""The faults in which documents differ most; the others are the same with other figures."""


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "faults", [TELLING, pytest.param(tuple(set(FAULTS) - set(TELLING)), marks=pytest.mark.full)], ids=["some", "others"]
)
def test_a_fault_gives_a_valid_document_and_a_fitting_exit_code(
    family: str,
    faults: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
    for fault in faults:
        box, _, _ = chosen([family])
        with in_thread(box) as place:
            run = Run(tmp_path / fault, family, f"{place.address}:{place.port}", capsys)
            if driver(BoxFamily(family)).pairing is not PairingKind.NONE:
                monkeypatch.setattr("sys.stdin", io.StringIO(box.home.password + "\n"))
                assert run("pair", "--password-stdin")[0] == 0, fault
            assert len(run("status")[1].splitlines()) <= SCREEN, "healthy"
            FAULTS[fault](box.home)
            document = judge(*run("status", "--json"), fault)
            if fault == "swapped" and family not in ("igd", "natpmp"):
                assert document["failure"]["code"] == "box_changed"
            stranger = Run(tmp_path / f"{fault}-stranger", family, run.address, capsys)
            judge(*stranger("status", "--json"), f"{fault}, not paired")
            assert len(run("status")[1].splitlines()) <= SCREEN, fault

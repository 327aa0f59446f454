"""The profile in docs/support.md is one."""

from __future__ import annotations

import re
from pathlib import Path

from selfcare.isp import load_profile
from selfcare.model.support import Auth, DeskKind

PAGE = Path(__file__).parents[2] / "docs" / "support.md"


def test_what_an_operator_is_told_to_write_can_be_read(tmp_path: Path) -> None:
    found = re.search("```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / "isp.toml").write_text(found[1], encoding="utf-8")
    support = load_profile(str(tmp_path / "isp.toml")).support
    assert support.desk is not None and support.desk.kind is DeskKind.TMF621_V5 and support.desk.auth is Auth.OIDC
    assert support.channels[0].to == "3900" and support.channels[0].opening and support.page and support.oidc

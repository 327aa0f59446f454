"""The file an operator writes: what is not known, not possible or secret is refused, and one is told where."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from selfcare.deskserver.settings import DeskSettings, Limits, SettingsError, read

EXAMPLE = Path(__file__).parents[2] / "docs" / "desk.example.toml"


def _written(folder: Path, text: str) -> Path:
    path = folder / "desk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_can_be_read_and_its_comments_are_the_truth(tmp_path: Path) -> None:
    found = read(EXAMPLE)
    assert found.operator == "My ISP" and found.agents.roles["hotline"] == "agent" and found.mail.sender
    # Uncommented, each line but those that show another database is what holds without it.
    text = EXAMPLE.read_text(encoding="utf-8")
    whole = re.sub(
        r"^# (?=\w+ = )(?!database = |blobs = |hubs_inside = |endpoint|region|access_key_id|secret_access)",
        "",
        text,
        flags=re.MULTILINE,
    )
    assert whole.count("\n# ") < text.count("\n# ")
    assert read(_written(tmp_path, whole)) == found
    assert set(tomllib.loads(whole)["limits"]) == set(Limits.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('data = "d"\nprot = 1', "prot: not known"),
        ('data = "d"\n[mail]\nhots = "x"', "mail.hots: not known"),
        ('data = "d"\nport = "8621"', "port: "),
        ('data = "d"\n[mail]\nport = 0', "mail.port: 0 is not within"),
        ('data = "d"\n[limits]\nfile = 99999999', "limits.file: larger than limits.body"),
        ('data = "d"\n[keeping]\nclosed_days = -1', "keeping.closed_days: -1"),
        ('data = "d"\nlanguage = "de"', "language: one of fr, en"),
        ('data = "d"\ntime_zone = "Europe/Lutèce"', "time_zone: a name such as"),
        ('data = "d"\ntime_zone = "/etc/passwd"', "time_zone: a name such as"),
        ('data = "d"\nurl = "desk.example"', "url: an address"),
        ('data = "d"\ncertificate = "a.pem"', "certificate_key: "),
        ('data = "d"\ndatabase = "mysql://x"', "database: sqlite"),
        ('data = "d"\ndatabase = "postgresql://u:pw@h/d"', "database: no password here"),
        ('data = "d"\nblobs = "ftp://blobs"', "blobs: s3://"),
        ('data = "d"\n[s3]\nsecret_access_key = "x"', "s3.secret_access_key: no secret here"),
        ('data = "d"\n[s3]\nbucket = "x"', "s3.bucket: not known"),
        ('data = "d"\n[mail]\nhost = "h"\ntls = "none"\nsender = "a@b"', "mail.tls: none only"),
        ('data = "d"\n[mail]\nhost = "h"', "mail.sender: "),
        ('data = "d"\n[agents]\nissuer = "http://id.example"\nclient_id = "x"', "agents.issuer: an https"),
        ('data = "d"\n[agents]\nroles = {a = "god"}', "agents.roles: "),
        ('data = "d"\n[subscribers]\nissuer = "https://id.example"', "subscribers.audience: "),
        ("port = 1", "data: a folder is needed"),
        ("data = ", "desk.toml: "),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = _written(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        read(path)
    assert str(path) in str(refused.value) and told in str(refused.value)


def test_the_environment_comes_after_the_file_and_is_as_strict(tmp_path: Path) -> None:
    path = _written(tmp_path, 'data = "d"\nport = 1\n[mail]\nsender = "a@b"')
    env = {
        "SELFCARE_DESK_PORT": "9000",
        "SELFCARE_DESK_MAIL_FOLDER": "/m",
        "SELFCARE_DESK_BEHIND_PROXY": "true",
        "X": "1",
    }
    found = read(path, env)
    assert (found.port, found.mail.folder, found.mail.sender, found.behind_proxy) == (9000, "/m", "a@b", True)
    assert read(path, env, data="elsewhere").data == "elsewhere"
    for name, value in (
        ("SELFCARE_DESK_PROT", "1"),
        ("SELFCARE_DESK_PORT", "x"),
        ("SELFCARE_DESK_BEHIND_PROXY", "maybe"),
    ):
        with pytest.raises(SettingsError, match=name):
            read(path, {name: value})


def test_a_password_comes_out_of_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/word\n", encoding="utf-8")
    found = DeskSettings("d", database="postgresql+psycopg://desk@db/desk", database_password_file=str(secret))
    assert found.database_url == "postgresql+psycopg://desk:p%40ss%2Fword@db/desk"
    assert "p@ss" not in repr(found)
    secret.write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="empty"):
        _ = found.database_url
    secret.write_text("geheim\n", encoding="utf-8")
    told = read(_written(tmp_path, f'data = "d"\n[s3]\nsecret_access_key_file = "{secret}"'))
    assert told.s3 == {"secret_access_key": "geheim"} and "geheim" not in repr(told)
    assert DeskSettings("d").database_url == "sqlite:///d/desk.db"

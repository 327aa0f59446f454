"""The ``[support]`` table: what ships stays true and agrees with the guides; what is broken or secret is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from selfcare.cli.contacts import rows
from selfcare.guides.known import FAMILIES
from selfcare.isp import ProfileError, builtin_profiles, load_profile
from selfcare.isp.facts import fact
from selfcare.model.case import Channel
from selfcare.model.support import Auth, DeskKind, Opening, Support

OPERATORS = ("free", "orange", "sfr", "bouygues")
HEAD = 'id="x"\ndisplay_name="x"\nextends="%s"\n'


def loaded(tmp_path: Path, text: str, parent: str = "default") -> Support:
    path = tmp_path / "p.toml"
    path.write_text(HEAD % parent + text, encoding="utf-8")
    return load_profile(str(path)).support


def channel(text: str) -> str:
    return "[[support.channels]]\n" + text


@pytest.mark.parametrize("name", builtin_profiles())
def test_what_ships_names_its_source_or_says_it_was_not_checked(name: str) -> None:
    support = load_profile(name).support
    for one in support.channels:
        assert one.verified == bool(one.source)
        assert one.checked in (None, date(2026, 11, 22))
        assert one.opening is None  # nobody's hours are known well enough to say "open now"
        assert one.verified or not re.search(r"\d\s*h|\d{1,2}:\d\d|24/7", "".join(one.hours.values()))
        assert set(one.name) == {"fr", "en"}
    assert support.desk is None and support.oidc is None and support.page == ""  # no real operator told of one
    assert {Channel.PHONE, Channel.POST, Channel.APP} <= {one.kind for one in support.channels}


@pytest.mark.parametrize("name", OPERATORS)
def test_guides_and_channels_say_the_same_number(name: str) -> None:
    support, said = load_profile(name).support, fact("support-phone", name)
    assert said is not None and said.operator == name
    phones = [one for one in support.channels if one.kind is Channel.PHONE and one.to]
    assert {one.to for one in phones} == set(re.findall(r"\b[0-9]{4}\b", said.sentence("fr")))
    assert {(one.source, one.of, one.checked) for one in phones} == {(said.source, said.of, said.checked)}


@pytest.mark.parametrize("name", OPERATORS)
@pytest.mark.parametrize("kind,about", [(Channel.POST, "support-post"), (Channel.APP, "app")])
def test_guides_and_channels_agree_on_letters_and_apps(name: str, kind: Channel, about: str) -> None:
    said = fact(about, name)
    assert said is not None
    for one in load_profile(name).support.channels:
        if one.kind is kind and one.to:
            assert one.to in said.sentence("fr").replace("\u00a0", " ")
            assert (one.source, one.of, one.checked) == (said.source, said.of, said.checked)


@pytest.mark.parametrize("name", OPERATORS)
def test_brands_are_names_of_the_operator(name: str) -> None:
    support = load_profile(name).support
    assert {one.brand for one in support.channels if one.brand} <= set(support.names)
    assert support.families and set(support.families) <= set(FAMILIES)


def test_every_part_is_read(tmp_path: Path) -> None:
    support = loaded(tmp_path, """
[support]
names = ["Exemple"]
page = "https://aide.exemple.fr/s"
first_answer_days = 3
[[support.channels]]
kind = "phone"
to = "09 70 00 00 00"
name = {fr = "Assistance", en = "Support"}
hours = {fr = "8 h à 20 h", en = "8 to 20"}
opening = [{days = [1, 2], opens = "08:00", closes = "20:30"}]
source = "exemple.fr"
checked = 2026-11-22
[support.desk]
kind = "rt"
url = "http://192.0.2.10:8080"
auth = "oidc"
queue = "lignes"
needs = ["contract"]
outages = "https://aide.exemple.fr/tmf"
extra = {field = "selfcare"}
[support.oidc]
issuer = "https://compte.exemple.fr"
client_id = "selfcare"
resource = "https://desk.exemple.fr"
""")  # fmt: skip
    first = support.channels[0]
    assert (first.to, first.opening) == ("09 70 00 00 00", (Opening((1, 2), 480, 1230),))
    assert first.verified and support.first_answer_days == 3
    assert support.page == "https://aide.exemple.fr/s"
    desk = support.desk
    assert desk is not None and support.oidc is not None
    assert (desk.kind, desk.auth, desk.queue, desk.needs) == (DeskKind.RT, Auth.OIDC, "lignes", ("contract",))
    assert (desk.extra, support.oidc.scopes) == ({"field": "selfcare"}, ("openid",))
    assert support.oidc.resource == "https://desk.exemple.fr"


def test_an_operator_with_a_desk_keeps_its_numbers(tmp_path: Path) -> None:
    """A profile that extends an operator, which extends the default: resolvers, numbers, and now a desk."""
    text = '[support.desk]\nkind="tmf621-v5"\nurl="https://desk.exemple.fr"'
    support = loaded(tmp_path, text, "free")
    assert support.desk is not None and support.names == load_profile("free").support.names
    assert support.channels == load_profile("free").support.channels
    assert load_profile(str(tmp_path / "p.toml")).operator_resolvers == load_profile("free").operator_resolvers


def test_an_own_number_takes_the_place_of_the_general_word(tmp_path: Path) -> None:
    general, own = load_profile("default").support, loaded(tmp_path, channel('kind="phone"\nto="3999"\nverified=false'))
    assert [one.to for one in own.channels if one.kind is Channel.PHONE] == ["3999"]
    others = [one for one in general.channels if one.kind is not Channel.PHONE]
    assert list(own.channels[1:]) == others and others


PHONE = 'kind="phone"\nto="3999"\n'
DESK = '[support.desk]\nkind="rt"\n'


@pytest.mark.parametrize("text", [
    "support = 1", "[support]\nsurprise = 1", '[support]\nnames = "Free"', "[support]\nfirst_answer_days = 0",
    '[support]\nnames = [""]', f'[support]\nnames = ["{"x" * 301}"]', '[support]\nnames = ["a\\u0007"]',
    channel(PHONE), channel(PHONE + 'verified=false\nchecked=2026-11-22\nsource="x"'),
    channel(PHONE + "checked=2026-11-22"),
    channel(PHONE + 'verified=false\nopening=[{days=[1],opens="08:00",closes="20:00"}]'),
    channel('kind="phone"\nto="call us"\nverified=false'), channel('kind="fax"\nto="1"\nverified=false'),
    channel('kind="chat"\nverified=false'), channel(PHONE + 'verified=false\ncost={fr="x"}'),
    channel(PHONE + "verified=false\nprice=1"),
    channel(PHONE + 'source="x"\nchecked=2026-11-22\nopening=[{days=[8],opens="08:00",closes="20:00"}]'),
    channel(PHONE + 'source="x"\nchecked=2026-11-22\nopening=[{days=[1],opens="20:00",closes="08:00"}]'),
    channel(PHONE + 'source="x"\nchecked=2026-11-22\nopening=[{days=[1],opens="8h",closes="20:00"}]'),
    "\n".join(channel(PHONE + "verified=false") for _ in range(33)),
    DESK, DESK + 'url="http://desk.exemple.fr"', DESK + 'url="http://8.8.8.8/"', DESK + 'url="ftp://desk.exemple.fr"',
    DESK + 'url="https://a:b@desk.exemple.fr"', DESK + 'url="https://desk.exemple.fr/#x"', DESK + 'url="https://"',
    DESK + 'url="https://desk.exemple.fr/?t=1"', DESK + 'url="https://desk.exemple.fr:99999"',
    DESK + 'url="https://désk.exemple.fr"', DESK + 'url="https://d.fr"\nsurprise="x"',
    DESK + 'url="https://d.fr"\nauth="password"', DESK + 'url="https://d.fr"\nneeds=["birthday"]',
    DESK + 'url="https://d.fr"\nauth="oidc"', DESK + 'url="https://d.fr"\nextra={smtp_password="x"}',
    DESK + 'url="https://d.fr"\nextra={api_key="x"}', DESK + 'url="https://d.fr"\nextra={Client_Secret="x"}',
    DESK + 'url="https://d.fr"\nextra={token="x"}', DESK + 'url="https://d.fr"\nextra={port=25}',
    DESK + 'url="https://d.fr"\ntoken="x"', '[support.desk]\nkind="mail"\nto="nobody"',
    '[support.desk]\nurl="https://d.fr"',
    '[support]\npage="https://d.fr/#x"', '[support]\npage="http://d.fr/"',
    f'[support]\npage="https://d.fr/{"x" * 120}"',
    '[support.oidc]\nissuer="https://d.fr"', '[support.oidc]\nissuer="http://d.fr"\nclient_id="x"',
    '[support.oidc]\nissuer="https://d.fr"\nclient_id="x"\nclient_secret="x"',
])  # fmt: skip
def test_what_is_broken_or_secret_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ProfileError):
        loaded(tmp_path, text)


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:8080", "http://[::1]/x", "http://localhost/", "http://10.0.0.3", "http://198.51.100.7:81/a",
    "https://desk.exemple.fr/base",
])  # fmt: skip
def test_a_laboratory_may_do_without_tls(tmp_path: Path, url: str) -> None:
    desk = loaded(tmp_path, f'{DESK}url="{url}"').desk
    assert desk is not None and desk.url == url


def test_an_operator_may_not_be_its_own_parent(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('id="x"\ndisplay_name="x"\nextends="nobody"')
    with pytest.raises(ProfileError):
        load_profile(str(path))


def test_a_check_contacts_no_desk_and_no_page(tmp_path: Path) -> None:
    """The list of contacts is that of the check: a desk is contacted for tickets alone."""
    text = (
        '[support]\npage="https://page.exemple.fr/s"\n'
        '[support.desk]\nkind="rt"\nurl="https://desk.exemple.fr"\nauth="oidc"\n'
        '[support.oidc]\nissuer="https://compte.exemple.fr"\nclient_id="x"'
    )
    loaded(tmp_path, text)
    assert list(rows(load_profile(str(tmp_path / "p.toml")))) == list(rows(load_profile("default")))
    assert "exemple.fr" not in str(list(rows(load_profile(str(tmp_path / "p.toml")))))

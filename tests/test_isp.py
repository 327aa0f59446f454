"""ISP profiles: what ships loads, what is broken is refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.isp import ProfileError, builtin_profiles, load_profile


@pytest.mark.parametrize("name", builtin_profiles())
def test_shipped_profiles_load_and_state_every_purpose(name: str) -> None:
    profile = load_profile(name)
    assert profile.id == name
    assert all(
        x.purpose
        for x in (*profile.resolvers, *profile.endpoints, *profile.anchors, *profile.tls_sites, *profile.time_servers)
    )
    assert all(server.purpose for server in profile.speed_servers)
    assert bool(profile.operator_resolvers) == (profile.operator is not None)


def test_a_speed_server_and_a_contract_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        'id="x"\ndisplay_name="x"\nextends="default"\ncontract_down_kbit=50000\n'
        '[[speed_servers]]\nhost="a.example"\naddresses=["192.0.2.1"]\nport=8080\npurpose="x"'
    )
    profile = load_profile(str(path))
    assert profile.contract_down_kbit == 50_000
    assert [(s.host, s.port, s.addresses) for s in profile.speed_servers] == [("a.example", 8080, ("192.0.2.1",))]
    assert load_profile("default").speed_servers == ()


def test_a_vantage_is_read_and_none_is_shipped(tmp_path: Path) -> None:
    """Nobody is asked to knock on anybody's ports who did not offer to."""
    path = tmp_path / "p.toml"
    path.write_text(
        'id="x"\ndisplay_name="x"\nextends="default"\n'
        '[[vantages]]\nhost="a.example"\naddresses=["192.0.2.1"]\nport=8443\npath="/knock"\ntls=true\npurpose="x"'
    )
    (seer,) = load_profile(str(path)).vantages
    assert (seer.host, seer.port, seer.path, seer.tls, seer.addresses) == (
        "a.example", 8443, "/knock", True, ("192.0.2.1",),
    )  # fmt: skip
    assert all(load_profile(name).vantages == () for name in builtin_profiles())


def test_a_profile_extends_the_default_one() -> None:
    assert set(load_profile("default").public_resolvers) <= set(load_profile("free").resolvers)


@pytest.mark.parametrize("text", [
    "", "id = 1", "not toml at all [", 'extends = "/etc/passwd"', 'id="x"\nextends="default"\nsurprise=1',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[resolvers]]\naddress="nowhere"\nname="x"\npurpose="x"',
    'id="x"\ndisplay_name="x"\nextends="default"\nfixed_names=["a b"]',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[tls_sites]]\nhost="a b"\npurpose="x"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[time_servers]]\nhost="a"\naddress="nowhere"\npurpose="x"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[time_servers]]\nhost="a"',
    'id="x"\ndisplay_name="x"\nextends="default"\ntime_servers=1',
    'id="x"\ndisplay_name="x"\nextends="default"\nfixed_names=[]',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[endpoints]]\nhost="a"\npath="nopath"\nstatus=200\npurpose="x"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[speed_servers]]\nhost="a"\npurpose="x"\ndown_path="/a b"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[speed_servers]]\nhost="a"\npurpose="x"\nport=0',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[speed_servers]]\nhost="a"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"\npurpose="x"\npath="/a?b=1"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"\npurpose="x"\npath="a"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"\npurpose="x"\nport=70000',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"\npurpose="x"\ntls="yes"',
    'id="x"\ndisplay_name="x"\nextends="default"\n[[vantages]]\nhost="a"\npurpose="x"\naddresses=["::1"]',
    'id="x"\ndisplay_name="x"\nextends="default"\ncontract_down_kbit=0',
    'id="x"\ndisplay_name="x"\nextends="default"\ncontract_down_kbit="fast"',
])  # fmt: skip
def test_a_broken_profile_is_refused_with_a_message(text: str, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(ProfileError) as caught:
        load_profile(str(path))
    assert str(caught.value)


@given(st.binary(max_size=400))
def test_any_bytes_load_or_are_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("p") / "p.toml"
    path.write_bytes(data)
    with pytest.raises(ProfileError):
        load_profile(str(path))


def test_a_huge_or_missing_profile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text("#" * 300_000)
    for name in (str(path), str(tmp_path / "absent.toml"), str(tmp_path)):
        with pytest.raises(ProfileError):
            load_profile(name)

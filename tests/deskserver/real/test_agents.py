"""Agents sign in at a certified provider, over TLS by the operator's own authority, with a browser at the real desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deskserver.browser import CHROMIUM, Tab, at_the_desk
from tests.deskserver.operator import Operator, Served
from tests.deskserver.real.provider import Certified, certified, keys, signed_in
from tests.deskserver.real.tls import own

pytestmark = [pytest.mark.full, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]
ROLES = '{desk-leads = "lead", desk-admins = "admin"}'


@dataclass
class Scene:
    there: Certified
    desk: Served
    url: str
    tab: Tab

    def enter(self, name: str = "") -> str:
        """By the link of the login page; the sentence of the page it ends at. ``name``: where it is asked for."""
        self.tab.go(f"{self.url}/login?next=/account")
        self.tab.leave_by("a.button")
        if name:
            signed_in(self.tab, name)
        return self.tab.text("main")

    def leave(self) -> None:
        self.tab.go(f"{self.url}/account")
        self.tab.leave_by("form[action='/logout'] button")


@contextmanager
def scene(folder: Path, secret: str = "s" * 40, trusted: bool = True, **client: object) -> Iterator[Scene]:
    made = own(folder)
    (folder / "secret").write_text("s" * 40)
    with certified(folder, certificate=str(made.certificate), key=str(made.key)) as there:
        settings = (f'language = "en"\n[agents]\nissuer = "{there.url}"\nclient_id = "desk"\nroles = {ROLES}\n'
                    f'client_secret_file = "{folder}/secret"\nscope = "openid profile email groups"\n')  # fmt: skip
        operator = Operator(folder, settings, env={"SSL_CERT_FILE": str(made.authority)} if trusted else {})
        there.knows("desk", f"{operator.url}/login/provider/back", client_secret=secret, **client)
        there.start()
        with (
            operator.serving() as desk,
            at_the_desk(language="en", switches=("--ignore-certificate-errors",)) as tab,
        ):  # fmt: skip
            yield Scene(there, desk, operator.url, tab)


def test_in_and_out_a_fresh_proof_and_other_roles(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        assert "Lead" in at.enter("zoe") and at.tab.address() == f"{at.url}/account"
        at.leave()
        assert "/login" in at.tab.address()
        assert "Lead" in at.enter()  # there, they still are signed in: the desk's own end is not the provider's
        at.leave()
        at.tab.go(f"{at.there.url}/session/end")
        at.tab.leave_by("button[value=yes]")
        assert "no role here" in at.enter("max")
        at.tab.go(f"{at.there.url}/session/end")
        at.tab.leave_by("button[value=yes]")
        assert "Administrator" in at.enter("ida")
        at.tab.go(f"{at.url}/prove?next=/admin")
        at.tab.leave_by("main a.button")
        assert at.tab.there("input[name=login]")  # signed in there or not: who it is is to be shown again
        signed_in(at.tab, "ida")
        assert at.tab.address() == f"{at.url}/admin"
        at.tab.type("#login", "lea")
        at.tab.leave_by("#invite button")
        assert "/welcome/" in at.tab.text("#link")


def test_an_answer_once_more_and_a_no(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        at.tab.go(f"{at.url}/login/provider")
        at.tab.leave_by("a[href$='/abort']")
        assert "cancelled" in at.tab.text("main")
        at.enter("zoe")
        came = next(one for one in reversed(at.tab.page.asked) if "/login/provider/back?" in one)
        at.leave()
        at.tab.go(came)
        assert "could not be verified" in at.tab.text("main")


def test_other_keys_and_a_provider_that_is_away(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        assert "Lead" in at.enter("zoe")
        at.there.told["jwks"] = keys("two")
        at.there.start()
        at.leave()
        assert "Lead" in at.enter("zoe")
        at.leave()
        at.there.stop()
        at.tab.go(f"{at.url}/login/provider")
        assert "does not answer" in at.tab.text("body")
        at.there.start()
        assert "Lead" in at.enter("zoe")


@pytest.mark.parametrize("way", ["client_secret_basic", "client_secret_post"])
def test_either_way_of_showing_the_secret(tmp_path: Path, way: str) -> None:
    with scene(tmp_path, token_endpoint_auth_method=way) as at:
        assert "Lead" in at.enter("zoe")


@pytest.mark.parametrize(
    ("secret", "trusted", "said", "logged"),
    [("another secret" * 3, True, "could not be verified", "refused: 401 invalid_client"),
     ("s" * 40, False, "does not answer", "cannot be asked: ClientConnectorCertificateError")],
)  # fmt: skip
def test_what_is_set_up_wrong_is_in_the_log(
    tmp_path: Path, secret: str, trusted: bool, said: str, logged: str
) -> None:  # fmt: skip
    with scene(tmp_path, secret, trusted) as at:
        at.tab.go(f"{at.url}/login/provider")
        if trusted:
            signed_in(at.tab, "zoe")
        assert said in at.tab.text("body")
        assert any(logged in line for line in at.desk.told), at.desk.told

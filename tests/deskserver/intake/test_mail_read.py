"""Whatever comes as a mail is read in bounded time, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.deskserver.intake.mail_read import OddMail, read


@pytest.mark.parametrize(
    "raw",
    [b"", b"x", b"From: a@b\r\n" * 5000 + b"\r\n", b"Subject: " + b"x" * 200_000,
     b"A: b\r\nContent-Type: multipart/mixed; " + b"a;" * 90_000 + b"\r\n\r\n",
     b"A: b\r\n\r\n" + b"\n" * 900_000, b"A: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
     + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 3000, b"A: b\n\n" + b"x" * (17 << 20)],
)  # fmt: skip
def test_a_mail_that_is_built_to_be_slow_is_refused_before_it_is_read(raw: bytes) -> None:
    with pytest.raises(OddMail):
        read(raw)


PIECES = st.sampled_from([
    b"From: ", b"Subject: ", b"=?utf-8?b?//79?=", b"=?x?q?=41?=", b"Content-Type: ", b"multipart/mixed; boundary=",
    b"b", b"--b\r\n", b"--b--", b"\r\n\r\n", b"\r\n", b"text/html; charset=", b"message/rfc822", b"utf-7", b"\xff\xfe",
    b"Content-Transfer-Encoding: base64\r\n", b"uuencode", b"filename*=utf-8''%ff", b"filename*0*=", b"begin 644 x\n",
    b"Content-Disposition: attachment; ", b"X-Selfcare-Ticket: ", b"<a@b>", b"\0", b"Message-ID: ", b"\"", b"(", b"@",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=12), max_size=40).map(b"".join))
def test_nothing_that_comes_raises_anything_else(raw: bytes) -> None:
    try:
        letter = read(raw)
    except OddMail:
        return
    for text in (letter.sender, letter.name, letter.subject, letter.message_id):
        assert text.isprintable() or text == ""
    assert "\0" not in letter.text and not any(0xD800 <= ord(one) < 0xE000 for one in letter.text + letter.subject)

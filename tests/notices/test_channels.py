"""Each channel speaks its protocol to a server of the other side, and tells what went wrong without telling secrets."""

from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest

from fab_app.channels.base import Letter, Undelivered
from fab_app.channels.family import CHANNELS, opened
from fab_app.config import WrongSetting
from tests.notices.fakes import Gateway, Post, gateway, post

LETTER = Letter(
    id="7f", address="13000000001", event="filed", title="新订单", text="口令a1b2", link="/shop/order/show/1",
    values={"no": "A1"},
)  # fmt: skip


@pytest.fixture
def there() -> Iterator[Gateway]:
    with gateway() as told:
        yield told


@pytest.fixture
def mail() -> Iterator[Post]:
    with post() as told:
        yield told


def channel(name: str, **settings: str) -> object:
    environ = {f"FAB_APP_{name}_{key}".upper(): value for key, value in settings.items()}
    return opened(environ)[name]


def sms(there: Gateway, **settings: str) -> str:
    return channel("sms", url=f"{there.url}/send", **settings).send(LETTER)  # type: ignore[attr-defined,no-any-return]


def test_every_channel_is_found_by_itself() -> None:
    assert sorted(CHANNELS) == ["email", "inapp", "log", "sms", "wechat"]


def test_without_a_gateway_a_text_message_stays_in_the_house() -> None:
    assert channel("sms").send(LETTER) == ""  # type: ignore[attr-defined]


def test_a_gateway_gets_phone_words_template_and_id(there: Gateway) -> None:
    assert sms(there, templates='{"filed": "T9"}', token="tok") == "r1"
    asked = there.asked[0]
    assert asked.json == {
        "id": "7f", "phone": "13000000001", "text": "口令a1b2", "template": "T9", "values": {"no": "A1"}
    }  # fmt: skip
    assert (asked.headers["Idempotency-Key"], asked.headers["Authorization"]) == ("7f", "Bearer tok")


def test_a_gateway_s_own_body_as_a_form(there: Gateway) -> None:
    body = '{"mobile": "{phone}", "content": "[{signature}]{text}", "p": {"v": "{values}"}}'
    sms(there, body=body, format="form", signature="平台")
    assert parse_qs(there.asked[0].body) == {
        "mobile": ["13000000001"], "content": ["[平台]口令a1b2"], "p": ['{"v": {"no": "A1"}}']
    }  # fmt: skip


def test_a_request_is_signed(there: Gateway) -> None:
    sms(there, secret="k")
    asked = there.asked[0]
    signed = f"{asked.headers['X-Timestamp']}\n{asked.body}".encode()
    assert asked.headers["X-Signature"] == hmac.new(b"k", signed, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(("status", "again"), [(500, True), (429, True), (400, False)])
def test_a_refusal_for_good_is_not_tried_again(there: Gateway, status: int, again: bool) -> None:
    there.answers = [(status, {})]
    with pytest.raises(Undelivered) as caught:
        sms(there)
    assert caught.value.again is again


def test_a_good_answer_with_a_bad_code_is_no_delivery(there: Gateway) -> None:
    there.answers = [(200, {"code": 7})]
    with pytest.raises(Undelivered, match="code=7"):
        sms(there, ok="code=0")


def test_a_gateway_that_is_away_is_tried_again() -> None:
    with pytest.raises(Undelivered) as caught:
        channel("sms", url="http://127.0.0.1:9/", timeout="1").send(LETTER)  # type: ignore[attr-defined]
    assert caught.value.again


def test_no_secret_and_no_words_are_shown() -> None:
    opened_ = channel("sms", url="http://127.0.0.1:9/", token="tok-1", secret="sec-1")
    assert not {"tok-1", "sec-1", "a1b2"} & set(f"{opened_!r} {LETTER!r}".replace("'", " ").split())


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(WrongSetting, match="FAB_APP_SMS_URL"):
        opened({"FAB_APP_SMS_URL": "nowhere"})


def test_a_letter_by_smtp(mail: Post) -> None:
    letter = Letter("7f", "a@b.example", "filed", "新订单", "正文", "/shop/order/show/1")
    settings = {"host": "127.0.0.1", "port": str(mail.port), "security": "none", "sender": "us@b.example"}
    channel("email", root="https://here.example", **settings).send(letter)  # type: ignore[attr-defined]
    read = email.message_from_bytes(mail.letters[0].encode(), policy=email.policy.default)
    assert (read["Subject"], read["To"], read["From"]) == ("新订单", "a@b.example", "us@b.example")
    assert read.get_content().split() == ["正文", "https://here.example/shop/order/show/1"]


def test_a_refused_address_is_given_up(mail: Post) -> None:
    mail.refuses = "550 unknown"
    settings = {"host": "127.0.0.1", "port": str(mail.port), "security": "none", "sender": "us@b.example"}
    with pytest.raises(Undelivered) as caught:
        channel("email", **settings).send(LETTER)  # type: ignore[attr-defined]
    assert not caught.value.again


WECHAT = {
    "appid": "wx",
    "secret": "s",
    "templates": '{"filed": "T1"}',
    "fields": '{"filed": {"thing1": "no"}}',
}


def test_a_token_is_asked_for_once(there: Gateway) -> None:
    there.answers = [(200, {"access_token": "t1", "expires_in": 7200}), (200, {"errcode": 0, "msgid": 5})]
    wechat = channel("wechat", url=there.url, root="https://here.example", **WECHAT)
    assert [wechat.send(LETTER), wechat.send(LETTER)] == ["5", "5"]  # type: ignore[attr-defined]
    assert [asked.path.partition("?")[0].rpartition("/")[2] for asked in there.asked] == [
        "token",
        "send",
        "send",
    ]
    assert there.asked[1].json == {
        "touser": "13000000001", "template_id": "T1", "client_msg_id": "7f",
        "data": {"thing1": {"value": "A1"}}, "url": "https://here.example/shop/order/show/1",
    }  # fmt: skip


def test_a_token_that_has_ended_is_asked_for_anew(there: Gateway) -> None:
    there.answers = [
        (200, {"access_token": "t1", "expires_in": 7200}),
        (200, {"errcode": 42001}),
        (200, {"access_token": "t2", "expires_in": 7200}),
        (200, {"errcode": 0, "msgid": 6}),
    ]
    assert channel("wechat", url=there.url, **WECHAT).send(LETTER) == "6"  # type: ignore[attr-defined]
    assert there.asked[3].path.endswith("access_token=t2")


@pytest.mark.parametrize(("code", "again"), [(45009, True), (43004, False)])
def test_who_does_not_follow_is_given_up(there: Gateway, code: int, again: bool) -> None:
    there.answers = [(200, {"access_token": "t1"}), (200, {"errcode": code})]
    with pytest.raises(Undelivered) as caught:
        channel("wechat", url=there.url, **WECHAT).send(LETTER)  # type: ignore[attr-defined]
    assert caught.value.again is again

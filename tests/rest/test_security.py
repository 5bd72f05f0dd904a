"""Who asks: tokens, keys, cookies; and what a wrong one gets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import sqlalchemy as sa

PASSWORD = "Demo@2024x"
LOGIN = "/api/v1/security/login"
REFRESH = "/api/v1/security/refresh"
KEYS = "/api/v1/security/api_keys/"


def bearer(token: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_a_login_gives_a_token_that_opens_the_api(shop: Any) -> None:
    nobody = shop.as_("")
    answer = nobody.post(
        LOGIN, {"username": "clerk", "password": PASSWORD, "provider": "db", "refresh": True}
    )
    assert (answer.status_code, sorted(answer.json)) == (200, ["access_token", "refresh_token"])
    assert nobody.get("customer/", **bearer(answer.json["access_token"])).status_code == 200
    again = nobody.post(REFRESH, **bearer(answer.json["refresh_token"]))
    assert nobody.get("customer/", **bearer(again.json["access_token"])).status_code == 200


def test_unknown_and_wrong_get_the_same_answer(shop: Any) -> None:
    nobody = shop.as_("")
    wrong = nobody.post(LOGIN, {"username": "boss", "password": "wrong"})
    unknown = nobody.post(LOGIN, {"username": "nobody", "password": "wrong"})
    assert (wrong.status_code, wrong.json) == (unknown.status_code, unknown.json)
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_after_five_wrong_passwords_the_right_one_is_refused_too(shop: Any) -> None:
    shop.account("locked", "clerk")
    nobody = shop.as_("")
    for _ in range(5):
        assert nobody.post(LOGIN, {"username": "locked", "password": "wrong"}).status_code == 401
    assert nobody.post(LOGIN, {"username": "locked", "password": PASSWORD}).status_code == 401


def test_who_must_change_the_password_gets_403(shop: Any) -> None:
    shop.account("fresh", "clerk", must_change=True)
    assert shop.as_("").post(LOGIN, {"username": "fresh", "password": PASSWORD}).status_code == 403
    assert shop.as_("fresh").get("customer/").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "clerk"},
        {"username": "clerk", "password": 1},
        {"username": "clerk", "password": PASSWORD, "provider": "ldap"},
        {"username": "clerk", "password": PASSWORD, "refresh": "yes"},
        {"username": "clerk", "password": PASSWORD, "more": 1},
    ],
)
def test_a_login_that_cannot_be_read_is_400(shop: Any, body: dict[str, Any]) -> None:
    assert shop.as_("").post(LOGIN, body).status_code == 400


def forged(shop: Any, key: str = "", **claims: Any) -> str:
    now = datetime.now(UTC)
    usual = {"sub": str(shop.users["clerk"]), "type": "access", "iat": now, "exp": now + timedelta(hours=1)}
    return jwt.encode({**usual, **claims}, key or shop.app.config["SECRET_KEY"], algorithm="HS256")


def test_a_token_that_we_signed_is_taken(shop: Any) -> None:
    assert shop.as_("").get("customer/", **bearer(forged(shop))).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"key": "x" * 40},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"exp": None},
        {"type": "refresh"},
        {"sub": "999999"},
        {"sub": "１"},
        {"sub": "9" * 40},
        {"sub": "clerk"},
    ],
)
def test_a_bad_token_is_401(shop: Any, claims: dict[str, Any]) -> None:
    given = {name: value for name, value in claims.items() if value is not None}
    if "exp" in claims and claims["exp"] is None:
        token = jwt.encode(
            {"sub": str(shop.users["clerk"]), "type": "access"}, shop.app.config["SECRET_KEY"], "HS256"
        )
    else:
        token = forged(shop, **given)
    answer = shop.as_("").get("customer/", **bearer(token))
    assert (answer.status_code, list(answer.json)) == (401, ["message"])


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "sst_unknown", "sst_" + "x" * 5000, "é", "." * 10])
def test_what_is_no_token_is_401(shop: Any, token: str) -> None:
    assert (
        shop.as_("")
        .get("customer/", headers={"Authorization": f"Bearer {token}".encode().decode("latin-1")})
        .status_code
        == 401
    )


def test_an_unsigned_token_is_401(shop: Any) -> None:
    token = jwt.encode({"sub": "2", "type": "access", "exp": 4102444800}, None, algorithm="none")
    assert shop.as_("").get("customer/", **bearer(token)).status_code == 401


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "customer/"),
        ("POST", "customer/"),
        ("GET", "customer/1"),
        ("PUT", "customer/1"),
        ("DELETE", "customer/1"),
        ("GET", "order/export.csv"),
        ("POST", "order/upload/photo"),
        ("GET", KEYS),
        ("POST", KEYS),
        ("GET", "/api/v1/_openapi"),
    ],
)
def test_nobody_gets_401_everywhere(shop: Any, method: str, path: str) -> None:
    answer = shop.as_("").ask(method, path)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_refresh_token_ends_with_the_password(shop: Any) -> None:
    user = shop.account("changing", "clerk")
    nobody = shop.as_("")
    token = nobody.post(LOGIN, {"username": "changing", "password": PASSWORD, "refresh": True}).json[
        "refresh_token"
    ]
    with shop.engine.begin() as connection:
        connection.execute(sa.text("update base_user set password = 'other' where id = :id"), {"id": user})
    assert nobody.post(REFRESH, **bearer(token)).status_code == 401


def test_an_access_token_refreshes_nothing(shop: Any) -> None:
    assert shop.as_("clerk").post(REFRESH).status_code == 401


def test_a_key_opens_the_api_until_it_is_revoked_and_is_told_once(shop: Any, clerk: Any) -> None:
    made = clerk.post(KEYS, {"name": "robot"})
    key, uuid = made.json["result"]["key"], made.json["id"]
    assert key.startswith("sst_")
    nobody = shop.as_("")
    assert nobody.get("customer/", **bearer(key)).status_code == 200
    assert key not in clerk.get(KEYS).text + clerk.get(KEYS + uuid).text
    assert clerk.delete(KEYS + uuid).status_code == 200
    assert nobody.get("customer/", **bearer(key)).status_code == 401


def test_the_key_itself_is_stored_nowhere(shop: Any, clerk: Any) -> None:
    made = clerk.post(KEYS, {"name": "secret"}, headers={"Idempotency-Key": "secret"})
    key = made.json["result"]["key"]
    with shop.engine.connect() as connection:
        for table in ("base_api_key", "base_idempotency", "base_audit"):
            assert key not in str(connection.execute(sa.text(f"select * from {table}")).all())


def test_keys_of_others_are_404(shop: Any, clerk: Any) -> None:
    uuid = clerk.post(KEYS, {"name": "mine"}).json["id"]
    other = shop.as_("other")
    assert uuid not in other.get(KEYS).text
    assert (other.get(KEYS + uuid).status_code, other.delete(KEYS + uuid).status_code) == (404, 404)


@pytest.mark.parametrize(
    "body, status",
    [
        ({"name": ""}, 422),
        ({"name": "x", "expires_at": "2020-01-01"}, 422),
        ({"name": "x", "expires_at": "soon"}, 422),
        ({"name": "x", "user_id": 1}, 400),
    ],
)
def test_a_key_is_asked_for_rightly(clerk: Any, body: dict[str, Any], status: int) -> None:
    assert clerk.post(KEYS, body).status_code == status


def with_cookie(shop: Any, account: str) -> Any:
    """A client with the cookie of a session and the token of a page."""
    here = shop.here
    key = here.identities.begin(here.session, shop.users[account], "", "")
    here.session.commit()
    here.session.remove()
    client = shop.as_("")
    client.http.set_cookie("fab_session", key)
    return client


def page_token(shop: Any, client: Any) -> str:
    from flask_wtf.csrf import generate_csrf

    with shop.app.test_request_context():
        from flask import session

        token = generate_csrf()
        kept = dict(session)
    with client.http.session_transaction() as session_:
        session_.update(kept)
    return token


def test_a_cookie_may_read(shop: Any) -> None:
    assert with_cookie(shop, "clerk").get("customer/").status_code == 200


def test_a_cookie_may_change_only_with_the_token_of_the_page(shop: Any) -> None:
    client = with_cookie(shop, "clerk")
    assert client.post("customer/", {"name": "csrf"}).status_code == 400
    assert client.post("customer/", {"name": "csrf"}, headers={"X-CSRFToken": "wrong"}).status_code == 400
    assert client.post(KEYS, {"name": "csrf"}).status_code == 400
    token = page_token(shop, client)
    assert client.post("customer/", {"name": "csrf"}, headers={"X-CSRFToken": token}).status_code == 201


def test_errors_of_the_api_are_json_and_tell_nothing_of_the_inside(
    shop: Any, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fab_app.web.rest import lists

    def broken(*args: Any) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(lists, "page", broken)
    answer = clerk.list("customer")
    assert (answer.status_code, answer.is_json, "inside" in answer.text) == (500, True, False)


def test_no_address_and_no_method_are_404_and_405(clerk: Any) -> None:
    for path in ("/api/", "/api/v2/x", "/api/v1/shop/nothing/", "/api/v1/shop/customer/1/more"):
        answer = clerk.get(path)
        assert (answer.status_code, answer.is_json) == (404, True)
    refused = clerk.ask("PATCH", "customer/1")
    assert (refused.status_code, refused.is_json) == (405, True)
    assert {"GET", "PUT", "DELETE"} <= set(refused.headers["Allow"].split(", "))


def test_head_and_options_are_answered(clerk: Any) -> None:
    assert (clerk.ask("HEAD", "customer/").status_code, clerk.ask("HEAD", "customer/").data) == (200, b"")
    assert "POST" in clerk.ask("OPTIONS", "customer/").headers["Allow"]


def test_an_access_token_ends_with_the_password_it_was_given_for(shop: Any) -> None:
    id_ = shop.account("turning", "clerk")
    answer = shop.as_("").post(LOGIN, {"username": "turning", "password": PASSWORD})
    given = bearer(answer.json["access_token"])
    before = shop.as_("").get("customer/", **given).status_code
    user = shop.here.world.tables.of("base.user").table
    with shop.engine.begin() as connection:
        connection.execute(sa.update(user).where(user.c.id == id_).values(password="another hash"))
    assert (before, shop.as_("").get("customer/", **given).status_code) == (200, 401)

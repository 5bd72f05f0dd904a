"""One record: read, made, changed, deleted; and what nobody may do with it."""

from __future__ import annotations

from typing import Any

import pytest

READ = (
    "id",
    "version",
    "name",
    "phone",
    "level",
    "uuid",
    "created_by",
    "created_at",
    "updated_by",
    "updated_at",
)


def test_a_new_record_answers_with_its_key_its_values_and_its_address(clerk: Any) -> None:
    answer = clerk.post("customer/", {"name": "new-one", "level": "b"})
    assert answer.status_code == 201
    key = answer.json["id"]
    assert (answer.headers["Location"], answer.headers["ETag"]) == (f"/api/v1/shop/customer/{key}", '"1"')
    assert tuple(answer.json["result"]) == READ
    assert clerk.get(f"customer/{key}").json == {"id": key, "result": answer.json["result"]}


def test_a_change_touches_only_what_was_sent(clerk: Any) -> None:
    key = clerk.made("customer", name="changed", level="a")
    answer = clerk.put(f"customer/{key}", {"level": "b"})
    assert (answer.status_code, list(answer.json)) == (200, ["result"])
    result = clerk.get(f"customer/{key}").json["result"]
    assert (result["name"], result["level"], result["version"]) == ("changed", "b", 2)


def test_a_stale_version_is_409_and_changes_nothing(clerk: Any) -> None:
    key = clerk.made("customer", name="stale", level="a")
    clerk.put(f"customer/{key}", {"level": "b", "version": 1})
    assert clerk.put(f"customer/{key}", {"level": "a", "version": 1}).status_code == 409
    assert clerk.put(f"customer/{key}", {"level": "a"}, headers={"If-Match": '"1"'}).status_code == 409
    assert clerk.delete(f"customer/{key}", headers={"If-Match": '"1"'}).status_code == 409
    assert clerk.delete(f"customer/{key}", json={"version": 1}).status_code == 409
    assert clerk.get(f"customer/{key}").json["result"]["level"] == "b"


def test_a_deleted_record_is_gone(clerk: Any) -> None:
    key = clerk.made("customer", name="gone")
    assert clerk.delete(f"customer/{key}", headers={"If-Match": '"1"'}).status_code == 200
    assert clerk.get(f"customer/{key}").status_code == 404
    assert clerk.delete(f"customer/{key}").status_code == 404


def test_a_record_outside_ones_rows_is_404_whatever_is_done(shop: Any, clerk: Any) -> None:
    key = clerk.made("customer", name="outside")
    other = shop.as_("other")
    answers = [
        other.get(f"customer/{key}"),
        other.put(f"customer/{key}", {"level": "a"}),
        other.delete(f"customer/{key}"),
    ]
    nothing = [
        other.get("customer/999999"),
        other.put("customer/999999", {"level": "a"}),
        other.delete("customer/999999"),
    ]
    assert [(answer.status_code, answer.json) for answer in answers] == [
        (a.status_code, a.json) for a in nothing
    ]
    assert {answer.status_code for answer in answers} == {404}


def test_what_a_person_may_never_do_is_403(shop: Any, clerk: Any) -> None:
    key = clerk.made("customer", name="forbidden")
    viewer = shop.as_("viewer")
    assert viewer.post("customer/", {"name": "no"}).status_code == 403
    assert viewer.put(f"customer/{key}", {"level": "a"}).status_code == 403
    assert viewer.delete(f"customer/{key}").status_code == 403
    assert viewer.get("customer/export.csv").status_code == 403
    assert clerk.get("/api/v1/base/user/").status_code == 403


@pytest.mark.parametrize(
    "key", ["0", "-1", "abc", "9" * 19, "9" * 30, "9" * 5000, "1.0", "１", "%00", "1%20"]
)
def test_an_address_that_names_no_record_is_404(clerk: Any, key: str) -> None:
    assert clerk.get(f"customer/{key}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"state": "closed"},
        {"order_no": "D1"},
        {"total": 5},
        {"late": True},
        {"id": 7},
        {"uuid": "x"},
        {"created_by": 1},
        {"created_at": "2020-01-01T00:00:00Z"},
        {"alive": 1},
        {"portal": "base"},
        {"b_owner": 1},
        {"nothing": 1},
        {"version": "1"},
        {"version": True},
        {"version": 0},
    ],
)
def test_fields_that_are_not_ones_own_to_write_are_400(clerk: Any, body: dict[str, Any]) -> None:
    customer = clerk.made("customer", name=f"mass-{next(iter(body))}-{next(iter(body.values()))}")
    key = clerk.made("order", customer=customer)
    assert clerk.put(f"order/{key}", body).status_code == 400
    assert clerk.post("order/", {"customer": customer, **body}).status_code == 400


def test_a_hidden_field_cannot_be_written(clerk: Any) -> None:
    assert clerk.post("customer/", {"name": "hidden", "secret": "x"}).status_code == 400


def test_refused_values_are_422_by_field_and_nothing_is_stored(clerk: Any) -> None:
    answer = clerk.post("customer/", {"name": "", "level": "z", "phone": "1"})
    assert (answer.status_code, sorted(answer.json), sorted(answer.json["errors"])) == (
        422,
        ["errors", "message"],
        ["level", "name", "phone"],
    )
    before = clerk.list("order").json["count"]
    customer = clerk.made("customer", name="422")
    refused = clerk.post("order/", {"customer": customer, "amount": 100000})
    assert (refused.status_code, refused.json["errors"]) == (422, {"amount": ["Too much"]})
    assert clerk.list("order").json["count"] == before


def test_the_same_unique_value_twice_is_422(clerk: Any) -> None:
    clerk.made("customer", name="unique")
    assert list(clerk.post("customer/", {"name": "unique"}).json["errors"]) == ["name"]


def test_a_reference_outside_ones_rows_is_refused_like_one_that_does_not_exist(shop: Any, clerk: Any) -> None:
    foreign = shop.as_("other").made("customer", name="foreign")
    one, none = clerk.post("order/", {"customer": foreign}), clerk.post("order/", {"customer": 999999})
    assert (one.status_code, one.json) == (none.status_code, none.json)
    assert (one.status_code, list(one.json["errors"])) == (422, ["customer"])
    mine = clerk.made("customer", name="foreign-own")
    assert clerk.post("order/", {"customer": mine, "helpers": [mine, foreign]}).status_code == 422


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b"null", b'{"name": NaN}', b'{"name":"\\ud800"}', b"\xff", b"[" * 5000]
)
def test_a_body_that_is_no_json_object_is_400(clerk: Any, body: bytes) -> None:
    answer = clerk.ask("POST", "customer/", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, list(answer.json)) == (400, ["message"])


def test_a_body_of_another_kind_is_415(clerk: Any) -> None:
    assert clerk.ask("POST", "customer/", data={"name": "form"}).status_code == 415


def test_a_body_too_large_is_413(clerk: Any) -> None:
    body = b'{"name":"' + b"x" * (11 * 1024 * 1024) + b'"}'
    assert (
        clerk.ask("POST", "customer/", data=body, headers={"Content-Type": "application/json"}).status_code
        == 413
    )


def test_a_save_takes_at_most_seven_statements(shop: Any, clerk: Any) -> None:
    key = clerk.made("customer", name="statements")
    clerk.put(f"customer/{key}", {"level": "a"})
    with shop.statements() as statements:
        assert clerk.put(f"customer/{key}", {"level": "b"}).status_code == 200
    assert len([text for text in statements if not text.startswith("BEGIN")]) <= 7


def test_rows_of_children_travel_inside_their_parent(clerk: Any) -> None:
    customer = clerk.made("customer", name="nested")
    made = clerk.post(
        "order/", {"customer": customer, "lines": [{"product": "a", "qty": 1}, {"product": "b", "qty": 2}]}
    )
    assert made.status_code == 201, made.text
    key, (first, second) = made.json["id"], made.json["result"]["lines"]
    assert [(line["product"], line["qty"]) for line in (first, second)] == [("a", 1), ("b", 2)]
    sent = [{"id": second["id"], "qty": 5}, {"product": "c", "qty": 3}]
    assert clerk.put(f"order/{key}", {"lines": sent}).status_code == 200
    lines = clerk.get(f"order/{key}").json["result"]["lines"]
    assert [(line["product"], line["qty"]) for line in lines] == [("b", 5), ("c", 3)]


def test_a_row_of_another_parent_is_refused(clerk: Any) -> None:
    customer = clerk.made("customer", name="kidnap")
    victim = clerk.post("order/", {"customer": customer, "lines": [{"product": "v", "qty": 1}]}).json
    mine = clerk.made("order", customer=customer)
    foreign = victim["result"]["lines"][0]["id"]
    assert clerk.put(f"order/{mine}", {"lines": [{"id": foreign, "qty": 9}]}).status_code == 422
    assert clerk.get(f"order/{victim['id']}").json["result"]["lines"][0]["qty"] == 1


@pytest.mark.parametrize(
    "row", [{"cost": 1}, {"order": 1}, {"nothing": 1}, {"id": "x", "qty": 1}, {"id": True}, {"id": {"id": 1}}]
)
def test_a_row_of_a_child_takes_only_its_columns(clerk: Any, row: dict[str, Any]) -> None:
    customer = clerk.made("customer", name=f"columns-{row}")
    answer = clerk.post("order/", {"customer": customer, "lines": [{"product": "a", "qty": 1, **row}]})
    assert answer.status_code in (400, 422)
    assert clerk.list("order", f"(filters:!((col:customer,opr:eq,value:{customer})))").json["count"] == 0


def test_mistakes_in_rows_of_children_are_told_by_row_and_nothing_is_stored(clerk: Any) -> None:
    customer = clerk.made("customer", name="rows-refused")
    answer = clerk.post(
        "order/", {"customer": customer, "lines": [{"product": "a", "qty": 1}, {"product": "", "qty": 0}]}
    )
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, ["lines.1.product", "lines.1.qty"])
    assert clerk.list("order", f"(filters:!((col:customer,opr:eq,value:{customer})))").json["count"] == 0


def test_of_two_roles_each_shows_its_own_fields_of_its_own_rows(shop: Any, clerk: Any) -> None:
    shop.account("both", "clerk", "viewer")
    both = shop.as_("both")
    foreign, own = (
        clerk.made("customer", name="two-roles-1", level="a"),
        both.made("customer", name="two-roles-2", level="b"),
    )
    rows = both.list("customer", "(columns:!(level),keyword:two-roles,order_column:id)").json["result"]
    assert [(row["id"], row["level"]) for row in rows] == [(foreign, None), (own, "b")]
    assert both.get(f"customer/{foreign}").json["result"]["level"] is None
    assert both.list("customer", "(filters:!((col:level,opr:eq,value:a)))").status_code == 400
    assert both.list("customer", "(columns:!(secret))").status_code == 400

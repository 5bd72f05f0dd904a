"""``Idempotency-Key``: nothing happens twice."""

from __future__ import annotations

import threading
from typing import Any


def keyed(key: str) -> dict[str, Any]:
    return {"headers": {"Idempotency-Key": key}}


def test_the_same_request_again_gets_the_same_answer_and_makes_nothing(clerk: Any) -> None:
    first = clerk.post("customer/", {"name": "once"}, **keyed("once"))
    again = clerk.post("customer/", {"name": "once"}, **keyed("once"))
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert clerk.list("customer", "(keyword:once)").json["count"] == 1


def test_the_key_with_another_body_or_address_is_409(clerk: Any) -> None:
    clerk.post("customer/", {"name": "key-a"}, **keyed("another"))
    assert clerk.post("customer/", {"name": "key-b"}, **keyed("another")).status_code == 409
    assert clerk.post("order/", {"name": "key-a"}, **keyed("another")).status_code == 409


def test_a_refused_request_may_be_tried_again_with_its_key(clerk: Any) -> None:
    assert clerk.post("customer/", {"name": ""}, **keyed("again")).status_code == 422
    assert clerk.post("customer/", {"name": "again"}, **keyed("again")).status_code == 201


def test_two_people_may_use_the_same_key(shop: Any, clerk: Any) -> None:
    one = clerk.post("customer/", {"name": "both-1"}, **keyed("both"))
    two = shop.as_("other").post("customer/", {"name": "both-2"}, **keyed("both"))
    assert (one.status_code, two.status_code) == (201, 201)


def test_a_key_that_cannot_be_one_is_400(clerk: Any) -> None:
    for key in ("", " ", "x" * 129, "schlüssel"):
        assert clerk.post("customer/", {"name": "bad key"}, **keyed(key)).status_code == 400


def test_of_several_at_once_one_makes_the_record_and_all_get_its_answer(shop: Any, clerk: Any) -> None:
    answers: list[Any] = []

    def send() -> None:
        answers.append(shop.as_("clerk").post("customer/", {"name": "race"}, **keyed("race")))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert clerk.list("customer", "(keyword:race)").json["count"] == 1

"""Uploads, and exports as csv."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from PIL import Image


def picture(size: int = 8) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "red").save(out, "PNG")
    return out.getvalue()


def sent(client: Any, field: str, name: str, content: bytes, **headers: str) -> Any:
    data = {"file": (io.BytesIO(content), name)}
    return client.ask("POST", f"order/upload/{field}", data=data, headers=headers)


def test_an_upload_is_named_by_its_id_in_the_record_that_holds_it(clerk: Any) -> None:
    uploaded = sent(clerk, "photo", "猫.png", picture())
    assert uploaded.status_code == 201, uploaded.text
    assert (sorted(uploaded.json), uploaded.json["name"]) == (
        ["id", "name", "size", "thumb", "url"],
        "猫.png",
    )
    customer = clerk.made("customer", name="with-photo")
    order = clerk.made("order", customer=customer, photo=[uploaded.json["id"]])
    (file,) = clerk.get(f"order/{order}").json["result"]["photo"]
    assert (file["id"], file["name"]) == (uploaded.json["id"], "猫.png")
    assert clerk.get(file["url"]).data == picture()


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.png", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg/>"),
        ("a.exe", b"MZ"),
        ("a", picture()),
        ("a.png.exe", picture()),
    ],
)
def test_a_disguised_upload_is_refused_with_415(clerk: Any, name: str, content: bytes) -> None:
    answer = sent(clerk, "photo", name, content)
    assert (answer.status_code, list(answer.json["errors"])) == (415, ["photo"])


def test_a_file_too_large_is_413(clerk: Any) -> None:
    assert sent(clerk, "bill", "a.pdf", b"%PDF-1.4" + b"x" * 11 * 1024).status_code == 413
    assert sent(clerk, "bill", "a.pdf", b"%PDF-1.4" + b"x" * 1024 * 1024).status_code == 413


@pytest.mark.parametrize("field", ["note", "nothing", "state"])
def test_only_fields_that_hold_files_take_them(clerk: Any, field: str) -> None:
    assert sent(clerk, field, "a.png", picture()).status_code == 404


def test_a_request_without_a_file_is_400(clerk: Any) -> None:
    assert clerk.ask("POST", "order/upload/photo", data={"other": "x"}).status_code == 400
    assert clerk.ask("POST", "order/upload/photo", json={"file": "x"}).status_code == 400


def test_who_may_not_write_may_not_upload(shop: Any) -> None:
    assert sent(shop.as_("viewer"), "photo", "a.png", picture()).status_code == 403


def test_an_upload_of_somebody_else_cannot_be_used(shop: Any, clerk: Any) -> None:
    foreign = sent(shop.as_("other"), "photo", "a.png", picture()).json["id"]
    customer = clerk.made("customer", name="foreign-file")
    answer = clerk.post("order/", {"customer": customer, "photo": [foreign]})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["photo"])


def test_the_same_upload_again_with_its_key_is_stored_once(clerk: Any) -> None:
    first = sent(clerk, "photo", "a.png", picture(), **{"Idempotency-Key": "upload"})
    again = sent(clerk, "photo", "a.png", picture(), **{"Idempotency-Key": "upload"})
    other = sent(clerk, "photo", "a.png", picture(9), **{"Idempotency-Key": "upload"})
    assert (again.json, other.status_code) == (first.json, 409)


def exported(client: Any, q: str) -> list[list[str]]:
    answer = client.get("order/export.csv", query_string={"q": q})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_an_export_has_the_labels_the_rows_of_q_and_all_pages(clerk: Any) -> None:
    customer = clerk.made("customer", name="exported")
    for amount in (1, 2, 3):
        clerk.made("order", customer=customer, amount=amount, tags=["hot", "new"])
    asked = f"filters:!((col:customer,opr:eq,value:{customer})),page_size:1,order_column:amount"
    q = f"(columns:!(customer,amount,tags),{asked})"
    rows = [["exported", f"{amount}.00", "新、急"] for amount in (1, 2, 3)]
    assert exported(clerk, q) == [["Customer", "Amount", "Tags"], *rows]


@pytest.mark.parametrize("note", ["=1+1", "+cmd", "-cmd", "@sum", '=HYPERLINK("x")', "-1+cmd"])
def test_no_cell_of_an_export_is_a_formula(clerk: Any, note: str) -> None:
    customer = clerk.made("customer", name=f"formula {note}")
    clerk.made("order", customer=customer, note=note)
    q = f"(columns:!(note),filters:!((col:customer,opr:eq,value:{customer})))"
    assert exported(clerk, q)[1] == [f"'{note}"]


def test_a_number_of_an_export_stays_a_number(clerk: Any) -> None:
    customer = clerk.made("customer", name="number")
    clerk.made("order", customer=customer, note="-12.5")
    assert exported(clerk, f"(columns:!(note),filters:!((col:customer,opr:eq,value:{customer})))")[1] == [
        "-12.5"
    ]


def test_an_export_holds_only_ones_own_rows_and_what_one_may_see(shop: Any, clerk: Any) -> None:
    clerk.made("customer", name="export-mine", phone="13812345678")
    text = clerk.get("customer/export.csv").data.decode()
    assert ("export-mine" in text, "138****5678" in text) == (True, True)
    assert "export-mine" not in shop.as_("other").get("customer/export.csv").data.decode()
    assert clerk.get("customer/export.csv", query_string={"q": "(columns:!(secret))"}).status_code == 400

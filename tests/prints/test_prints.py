"""A document holds what its definition names, as its reader may have it, of rows that he may print; each is logged."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.core.typesetting import Unset, typeset
from fab_app.runtime.prints.gathering import Gathering
from fab_app.runtime.prints.pictures import drawn
from tests.projects import PNG, Browser, Builder, Site
from tests.servers import DATABASES

SLIP = """#import "/paper.typ": *
#show: paper
#masthead(words.head)
#for (index, record) in data.records.enumerate() {
  if index > 0 { pagebreak() }
  fields(record, "no", "name", "customer.phone", "secret", "photo", wide: ("name",))
  rows(record, "lines", none-text: words.none)
  code(record)
}
"""
FILES = {
    "schema/shop/portal.yaml": """
title: 店
prints:
  slip:
    of: order
    label: {zh: 单据, en: Slip}
    template: slip.typ
    fields: [no, name, customer.phone, {field: secret, label: 暗}, photo]
    tables:
      lines: {of: line, fields: [name, amount], order: -amount, where: amount > 0}
    words: {head: {zh: 订货单, en: Order}, none: {zh: 无, en: None}}
    when: state != 'draft'
    message: 草稿不能打印
    many: true
    same: {field: customer, message: 只能打印同一客户的订单}
    qr: no
    counts: printed
    dates: printed_at
""",
    "schema/shop/prints/slip.typ": SLIP,
    "schema/shop/customer.yaml": """
label: 客户
fields: {name: {type: text, label: 名}, phone: {type: text, label: 电话}}
""",
    "schema/shop/order.yaml": """
label: 订单
title: "{no}"
belongs: {owner: created_by}
fields:
  no: {type: serial, label: 号, pattern: "D{0000}"}
  name: {type: text, label: 名称, index: true}
  secret: {type: text, label: 密}
  customer: {type: ref, to: customer, label: 客户}
  photo: {type: images, label: 照片}
  state: {type: choice, label: 状态, default: open, index: true, options: {draft: 草稿, open: 进行}}
  printed: {type: int, label: 次数, readonly: true}
  printed_at: {type: datetime, label: 时间, readonly: true}
listing:
  columns: [no, name, customer, customer.phone, printed]
  row: [show, {print: slip}]
  batch: [{print: slip}]
  toolbar: [add, print]
""",
    "schema/shop/line.yaml": """
label: 行
fields:
  order: {type: ref, to: order, label: 单}
  name: {type: text, label: 品}
  amount: {type: int, label: 数}
""",
    "permissions/shop/clerk.yaml": """
label: 员
rows: {order: {read: all, print: state != 'draft' or created_by == user}, line: all, customer: all}
may: {order: [read, add, print], line: [read], customer: [read]}
fields: {order: {masked: [name]}}
""",
    "permissions/shop/guest.yaml": """
label: 客
rows: {order: name != '别人的'}
may: {order: [read, print]}
fields: {order: {hidden: [secret, photo]}}
""",
    "permissions/shop/reader.yaml": "label: 读\nrows: {order: all}\nmay: {order: [read]}\n",
}


@pytest.fixture(scope="module", params=DATABASES)
def shop(request: pytest.FixtureRequest, build: Builder) -> Site:
    return build(FILES, request.param)


@pytest.fixture
def clerk(shop: Site) -> Browser:
    return shop.as_("clerk")


def order(shop: Site, /, **values: Any) -> int:
    customer = shop.make("customer", name="甲公司", phone="0571-1")
    return shop.make("order", **{"name": "#evil[ *x* $", "customer": customer, "secret": "机密", **values})


def gathered(shop: Site, account: str, *keys: int) -> dict[str, Any]:
    with shop.acting(account) as person:
        spec = shop.world.manifest.portals["shop"].spec.prints["slip"]
        gathering = Gathering(person.reader, shop.entity("order"), spec)
        return gathering.gathered(gathering.records(keys)).data


def test_preview_is_a_page_with_the_draft_in_a_frame(shop: Site, clerk: Browser) -> None:
    key = order(shop)
    page = clerk.get(f"/shop/order/print/slip/{key}")
    frame = page.root.one("iframe").attrs["src"]
    draft = clerk.get(frame).response
    assert page.status == 200 and frame == f"/shop/order/print/slip/{key}?pdf=1"
    assert (draft.status_code, draft.mimetype, draft.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "frame-ancestors 'self'" in draft.headers["Content-Security-Policy"]
    assert shop.audit("order", key)[-1]["action"] == "add"  # nothing was printed yet


def test_print_is_counted_dated_and_logged(shop: Site, clerk: Browser) -> None:
    key = order(shop)
    version = shop.row("order", key)["version"]
    first = clerk.post(f"/shop/order/print/slip/{key}").response
    clerk.post(f"/shop/order/print/slip/{key}", {"download": "1"})
    row = shop.row("order", key)
    assert first.mimetype == "application/pdf" and first.headers["Content-Disposition"].startswith("inline")
    assert (row["printed"], row["printed_at"] is None, row["version"]) == (2, False, version)
    logged = [entry for entry in shop.audit("order", key) if entry["action"] == "print"]
    assert [(entry["account"], entry["changes"]) for entry in logged] == [
        ("clerk", {"print": [None, "slip"]})
    ] * 2


def test_template_gets_what_is_named_in_the_words_of_the_reader(shop: Site) -> None:
    key = order(shop)
    for name, amount in (("少", 1), ("多", 9), ("零", 0)):
        shop.make("line", order=key, name=name, amount=amount)
    data = gathered(shop, "clerk", key)
    record = data["records"][0]
    assert record["values"] == {
        "no": record["title"],
        "name": "#" + "*" * 10 + "$",
        "customer.phone": "0571-1",
        "secret": "机密",
        "photo": (),
    }
    assert record["tables"] == {"lines": [{"name": "多", "amount": "9"}, {"name": "少", "amount": "1"}]}
    assert (data["labels"]["secret"], data["hidden"]) == ("暗", [])


def test_what_is_hidden_reaches_no_paper(shop: Site) -> None:
    key = order(shop, name="看得见")
    shop.make("line", order=key, name="行", amount=1)
    data = gathered(shop, "guest", key)
    record = data["records"][0]
    assert (record["values"]["secret"], record["values"]["photo"]) == ("", ())
    assert data["hidden"] == ["secret", "photo"]
    assert record["tables"] == {"lines": []}  # may not read lines at all
    assert "机密" not in str(data)


def test_pictures_come_out_of_the_record_alone(shop: Site, clerk: Browser) -> None:
    file = clerk.file("order", "photo")
    clerk.submit("/shop/order/add", photo=["", str(file)])
    key = shop.rows("order")[-1]["id"]
    with shop.acting("clerk") as person:
        spec = shop.world.manifest.portals["shop"].spec.prints["slip"]
        gathering = Gathering(person.reader, shop.entity("order"), spec)
        found = gathering.gathered(gathering.records([key]))
    place = found.data["records"][0]["values"]["photo"][0]["picture"]
    assert found.files[place.lstrip("/")][:2] == b"\xff\xd8"
    assert clerk.post(f"/shop/order/print/slip/{key}").status == 200


def test_broken_picture_does_not_stop_the_document() -> None:
    assert drawn(PNG[:30], 100)[:2] == b"\xff\xd8" and drawn(b"", 100)[:2] == b"\xff\xd8"


def test_rows_of_the_action_decide(shop: Site, clerk: Browser) -> None:
    draft, others = order(shop, state="draft"), order(shop, name="别人的")
    assert clerk.get(f"/shop/order/print/slip/{draft}").status == 403  # may be read, not printed
    assert shop.as_("guest").get(f"/shop/order/print/slip/{others}").status == 404
    assert shop.as_("guest").post(f"/shop/order/print/slip/{others}").status == 404
    assert shop.as_("reader").get(f"/shop/order/print/slip/{others}").status == 403
    assert clerk.get("/shop/order/print/nosuch/1").status == 404


def test_condition_of_the_print_is_told(shop: Site) -> None:
    key = order(shop, state="draft")
    shop.set("order", key, created_by=shop.users["clerk"])
    answer = shop.as_("clerk").post(f"/shop/order/print/slip/{key}")
    assert answer.status == 409 and "草稿不能打印" in answer.text
    assert f"/shop/order/print/slip/{key}" not in str(
        shop.as_("clerk").get("/shop/order/list/").response.data
    )


def test_ticked_rows_make_one_document_where_they_belong_together(shop: Site, clerk: Browser) -> None:
    first = order(shop)
    customer = shop.row("order", first)["customer"]
    second, strange = order(shop, customer=customer), order(shop)
    good = clerk.post("/shop/order/print/slip", {"ids": [str(first), str(second)]}).response
    assert good.mimetype == "application/pdf"
    assert [shop.row("order", key)["printed"] for key in (first, second)] == [1, 1]
    page = clerk.get(f"/shop/order/print/slip?ids={first}&ids={second}")
    assert "pdf=1" in page.root.one("iframe").attrs["src"]
    bad = clerk.get(f"/shop/order/print/slip?ids={first}&ids={strange}")
    assert bad.status == 422 and "只能打印同一客户的订单" in bad.text
    assert clerk.get("/shop/order/print/slip").status == 400


def test_program_gets_the_document_and_is_counted(shop: Site, clerk: Browser) -> None:
    key = order(shop)
    answer = clerk.get(f"/api/v1/shop/order/{key}/print/slip").response
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert shop.row("order", key)["printed"] == 1
    assert shop.as_("reader").get(f"/api/v1/shop/order/{key}/print/slip").status == 403
    assert clerk.get("/api/v1/shop/order/987654/print/slip").status == 404


def test_lists_offer_what_may_be_printed(shop: Site, clerk: Browser) -> None:
    key = order(shop)
    page, reader = (
        who.get("/shop/order/list/").response.get_data(as_text=True) for who in (clerk, shop.as_("reader"))
    )
    assert f"/shop/order/print/slip/{key}" in page and 'formaction="/shop/order/print/slip"' in page
    assert "/print/slip" not in reader
    assert 'data-told="/shop/order/printed"' in page and 'href="#print"' not in reader


def test_printing_a_list_by_its_button_is_permitted_and_logged(shop: Site, clerk: Browser) -> None:
    assert clerk.post("/shop/order/printed?page=1").status == 204
    assert shop.as_("reader").post("/shop/order/printed").status == 403
    assert clerk.post("/shop/line/printed").status == 404  # its list has no such button
    told = [row for row in shop.platform("base_audit") if row["action"] == "print" and not row["record_id"]]
    assert [(row["account"], row["entity"]) for row in told] == [("clerk", "shop.order")]


def test_two_who_print_at_once_are_both_counted(shop: Site) -> None:
    key = order(shop)
    for _ in range(3):
        shop.as_("clerk").post(f"/shop/order/print/slip/{key}")
    count = sa.select(sa.func.count()).where(shop.table("order").c.printed == 3)
    with shop.engine.connect() as connection:
        assert connection.scalar(count) >= 1


@pytest.mark.parametrize("wish", ['#read("/etc/passwd")', '#read("../typesetting.py")', '#image("/x.png")'])
def test_template_reads_no_file_but_those_given(wish: str) -> None:
    with pytest.raises(Unset):
        typeset("a.typ", {"a.typ": wish.encode()}, {})

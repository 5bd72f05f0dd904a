"""Rules ask of files whether there are any, in SQL as in Python."""

from __future__ import annotations

import pytest

from tests.projects import PNG, Builder
from tests.servers import DATABASES

FILES = {
    "schema/shop/portal.yaml": "title: 店\n",
    "schema/shop/order.yaml": """
label: 订单
fields:
  name: {type: text, label: 名称}
  photos: {type: images, label: 照片}
listing:
  columns: [name, {field: photos, absent: 没有照片}]
  tabs: {bare: {label: 无照片, where: empty(photos)}, all: {label: 全部}}
""",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: 'true'}\nmay: {order: [read, add, edit]}\n",
}


@pytest.mark.parametrize("database", DATABASES)
def test_records_without_files_are_found_and_said_to_have_none(build: Builder, database: str) -> None:
    site = build(FILES, database)
    clerk = site.as_("clerk")
    photo = clerk.file("order", "photos", PNG)
    clerk.submit("/shop/order/add", name="有", photos=[str(photo)])
    clerk.submit("/shop/order/add", name="无")
    page = clerk.get("/shop/order/list/?tab=bare")
    assert (page.column("name"), "没有照片" in page.text) == (["无"], True)
    assert clerk.get("/shop/order/list/?tab=all").text.count("没有照片") == 1

"""Rows that hang on their maker: whoever made one has it at once, by a path that begins with him."""

from __future__ import annotations

import pytest

from tests.projects import Builder, Site

FILES = {
    "schema/shop/portal.yaml": "title: 商店\nkinds: {clerk: {label: 店员, org: branch}}\n",
    "schema/shop/branch.yaml": "label: 分店\nview_of: base.org\nis: {kind: branch}\n",
    "schema/shop/account.yaml": "label: 账号\nview_of: base.user\n",
    "schema/shop/order.yaml": """
label: 订单
belongs: {branch: created_by.org}
fields: {no: {type: text, label: 编号}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows: {order: created_by.org == user.org}
may: {order: [read, add, edit]}
""",
}


@pytest.fixture(scope="module")
def site(build: Builder) -> Site:
    return build(FILES)


def test_new_row_is_in_the_rows_of_its_maker_s_organisation_alone(site: Site) -> None:
    one, other = (site.make("branch", name=name) for name in ("甲店", "乙店"))
    for account, org in (("one", one), ("two", one), ("three", other)):
        site.person(account, "clerk", kind="clerk", org=org)
    assert site.as_("one").submit("/shop/order/add", no="A1").status == 303
    seen = {account: site.as_(account).get("/shop/order/list/").column("no") for account in ("two", "three")}
    assert seen == {"two": ["A1"], "three": []}

"""A record's page tells what each edit changed, old and new, as far as its reader may know the fields."""

from __future__ import annotations

import pytest

from tests.projects import Browser, Builder, Site

ROLE = "label: 员\nrows: {customer: all, town: all}\nmay: {customer: [read], town: [read]}\n"
FILES = {
    "schema/shop/town.yaml": """
label: 城镇
title: "{name}"
fields: {name: {type: text, label: 名称}}
""",
    "schema/shop/customer.yaml": """
label: 客户
title: "{name}"
fields:
  name: {type: text, label: 名称}
  level: {type: choice, label: 等级, options: {a: 普通, b: 贵宾}}
  tags: {type: choices, label: 标签, options: {a: 甲类, b: 乙类}}
  amount: {type: money, label: 金额}
  since: {type: datetime, label: 起始}
  phone: {type: phone, label: 电话, mask: true}
  salary: {type: int, label: 工资}
  note: {type: longtext, label: 备注}
  secret: {type: password, label: 口令}
  photo: {type: image, label: 照片}
  town: {type: ref, to: town, label: 城镇}
  near: {type: ref, to: town, label: 邻镇, label_rows: scoped}
detail:
  - {section: 客户, fields: "*"}
  - {timeline: changes}
""",
    "permissions/shop/clerk.yaml": (
        "label: 店员\nrows: {customer: all, town: all}\n"
        "may: {customer: [read, add, edit], town: [read, pick]}\n"
    ),
    "permissions/shop/guest.yaml": ROLE + "fields: {customer: {hidden: [level, note], masked: [salary]}}\n",
    "permissions/shop/maker.yaml": ROLE.replace("customer: all", "customer: created_by == user"),
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    site = build(FILES)
    site.person("both", "guest", "maker")
    return site


@pytest.fixture
def towns(shop: Site) -> tuple[int, int]:
    return shop.make("town", name="东镇"), shop.make("town", name="西镇")


def edited(shop: Site, **changes: object) -> int:
    """A record of which the clerk changed something."""
    id_ = shop.make(
        "customer", name="甲", level="a", amount="1.50", phone="13000000017", salary=4321, note="旧话"
    )
    shop.as_("clerk").submit(f"/shop/customer/edit/{id_}", **changes)
    return id_


def told(who: Browser, id_: int) -> list[list[str]]:
    """The lines that the history has of each edit, the newest first."""
    page = who.get(f"/shop/customer/show/{id_}")
    assert page.status == 200
    quotes = page.root.one("ol", **{"class": "k-line"}).all("blockquote")
    return ["".join(map(str, quote.parts)).split("\n") for quote in quotes]


def test_an_edit_tells_old_and_new_in_words(shop: Site) -> None:
    id_ = edited(shop, name="乙", level="b", amount="2.75", since="2027-03-01 10:30", tags=["", "b"])
    (lines,) = told(shop.as_("clerk"), id_)
    assert set(lines) == {
        "名称:甲 → 乙",
        "等级:普通 → 贵宾",
        "金额:1.50 → 2.75",
        "起始:— → 2027-03-01 10:30",
        "标签:— → 乙类",
    }


def test_a_reference_is_told_by_its_title(shop: Site, towns: tuple[int, int]) -> None:
    id_ = edited(shop, town=str(towns[0]))
    shop.as_("clerk").submit(f"/shop/customer/edit/{id_}", town=str(towns[1]))
    assert told(shop.as_("clerk"), id_) == [["城镇:东镇 → 西镇"], ["城镇:— → 东镇"]]


def test_a_reference_whose_label_follows_the_rows_is_only_named(shop: Site, towns: tuple[int, int]) -> None:
    assert told(shop.as_("clerk"), edited(shop, near=str(towns[0]))) == [["邻镇"]]


def test_masked_values_stay_masked(shop: Site) -> None:
    id_ = edited(shop, phone="13000000029", salary="8765")
    for who in ("clerk", "guest"):
        words = str(told(shop.as_(who), id_))
        assert "13000000017" not in words and "13000000029" not in words and "电话:1" in words
    assert "工资:4321 → 8765" in told(shop.as_("clerk"), id_)[0]
    assert "工资:*** → ***" in told(shop.as_("guest"), id_)[0]


def test_hidden_fields_are_neither_told_nor_named(shop: Site) -> None:
    id_ = edited(shop, name="乙", level="b", note="新话")
    assert told(shop.as_("guest"), id_) == [["名称:甲 → 乙"]]


def test_what_only_a_part_of_the_grants_shows_is_named_without_its_values(shop: Site) -> None:
    id_ = edited(shop, note="新话")
    assert told(shop.as_("both"), id_) == [["备注"]]


def test_secrets_and_files_are_named_without_their_values(shop: Site) -> None:
    clerk = shop.as_("clerk")
    id_ = edited(shop, secret="Geheim-2026", photo=["", str(clerk.file("customer", "photo"))])
    assert set(told(clerk, id_)[0]) == {"口令", "照片"}


def test_a_code_that_is_no_choice_any_more_is_told_as_it_stands(shop: Site) -> None:
    id_ = edited(shop, level="b")
    entry = shop.audit("customer", id_)[-1]
    shop_audit = shop.world.tables.of("base.audit").table
    with shop.engine.begin() as connection:
        connection.execute(
            shop_audit.update()
            .where(shop_audit.c.id == entry["id"])
            .values(changes={"level": ["was", "b"], "gone": [1, 2]})
        )
    assert told(shop.as_("clerk"), id_) == [["等级:was → 贵宾"]]


def test_many_edits_cost_no_more_statements_than_two(shop: Site, towns: tuple[int, int]) -> None:
    id_, clerk = edited(shop, town=str(towns[0])), shop.as_("clerk")
    counted = []
    for times in (1, 8):
        for n in range(times):
            clerk.submit(f"/shop/customer/edit/{id_}", town=str(towns[(n + times) % 2]), name=f"甲{n}{times}")
        told(clerk, id_)
        with shop.statements() as statements:
            told(clerk, id_)
        counted.append(len(statements))
    assert counted[0] == counted[1]

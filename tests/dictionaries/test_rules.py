"""What an administrator may do to the items of a dictionary, and what is refused with which sentence."""

from __future__ import annotations

import pytest

from tests.dictionaries.home import FILES, add, again, change, item, keep, offered
from tests.projects import Builder, Site


@pytest.fixture
def site(project: Builder) -> Site:
    return project(FILES)


def test_each_item_has_a_row_from_the_start(site: Site) -> None:
    found = [
        (r["dictionary"], r["code"], r["label"], r["label_en"], r["tone"], r["position"])
        for r in site.rows("item")
    ]
    assert [one for one in found if one[0] == "kind"] == [
        ("kind", "tea", "茶叶", "Tea", None, 10),
        ("kind", "rice", "大米", "Rice", "good", 20),
        ("kind", "salt", "食盐", "Salt", None, 30),
    ]


def test_what_rules_name_and_the_definition_calls_so_is_fixed(site: Site) -> None:
    fixed = {(r["dictionary"], r["code"]) for r in site.rows("item") if r["fixed"]}
    assert fixed == {("kind", "salt"), ("mark", "new"), ("mark", "old"), ("grade", "high"), ("grade", "low")}


@pytest.mark.req("I-162")
def test_item_is_added_at_the_end_and_offered(site: Site) -> None:
    assert add(site, "豆", "黄豆", label_en="Soy")[0] == 201
    assert offered(site) == ["tea", "rice", "salt", "豆"]
    assert site.audit("item", item(site, "豆"))[0]["action"] == "add"


def test_item_is_moved(site: Site) -> None:
    assert change(site, "salt", position=1)[0] == 200
    assert offered(site) == ["salt", "tea", "rice"]


@pytest.mark.req("I-162")
def test_withdrawn_item_is_not_offered_and_comes_back(site: Site) -> None:
    assert change(site, "tea", enabled=False)[0] == 200
    withdrawn = offered(site)
    assert change(site, "tea", enabled=True)[0] == 200
    assert (withdrawn, offered(site)) == (["rice", "salt"], ["tea", "rice", "salt"])


def errors(answer: tuple[int, dict[str, object]]) -> object:
    assert answer[0] == 422, answer
    return answer[1]["errors"]


def test_wrong_items_are_refused(site: Site) -> None:
    assert errors(add(site, "tea", "另一种")) == {"code": ["此字典已有这个代码"]}
    assert errors(add(site, "bean", "")) == {"label": ["请填写名称"]}
    assert errors(add(site, "bean", "茶叶")) == {"label": ["此字典已有同名的项"]}
    assert errors(add(site, "a,b", "豆")) == {"code": ["代码不能有空格、引号、逗号、顿号、分号和尖括号"]}
    assert errors(add(site, "x", "豆", "nothing")) == {"dictionary": ["字典不在可选范围内"]}
    assert errors(add(site, "middle", "中", "grade")) == {"dictionary": ["此字典的代码是固定的，不能新增"]}
    assert offered(site) == ["tea", "rice", "salt"]


def test_code_is_never_changed(site: Site) -> None:
    answer = keep(site, "PUT", f"item/{item(site, 'tea')}", code="coffee")
    assert errors(answer) == {"code": ["代码不能有空格、引号、逗号、顿号、分号和尖括号"]}


def test_fixed_item_changes_its_words_alone(site: Site) -> None:
    assert errors(change(site, "salt", enabled=False)) == {"enabled": ["业务规则用到此代码，不能停用"]}
    assert keep(site, "DELETE", f"item/{item(site, 'salt')}")[1]["message"] == "业务规则用到此代码，不能删除"
    assert change(site, "salt", label="精盐")[0] == 200


def test_last_item_stays(site: Site) -> None:
    files = site.rows("item")
    for code in ("tea", "rice"):
        assert change(site, code, enabled=False)[0] == 200
    assert files and errors(change(site, "salt", enabled=False))
    for code in ("cheap", "first"):
        assert keep(site, "DELETE", f"item/{item(site, code, 'mark')}")[0] in (200, 204)


@pytest.mark.req("I-368")
def test_used_item_is_never_deleted(site: Site) -> None:
    site.make("ware", name="绿茶", kind="tea", marks=["cheap"])
    for code, dictionary in (("tea", "kind"), ("cheap", "mark")):
        status, body = keep(site, "DELETE", f"item/{item(site, code, dictionary)}")
        assert (status, body["message"]) == (422, "该项已被使用，只能停用")
    assert offered(site) == ["tea", "rice", "salt"]


def test_each_field_of_the_dictionary_counts(site: Site) -> None:
    site.make("sale", ware=site.make("ware", name="绿茶"), kind="tea")
    assert keep(site, "DELETE", f"item/{item(site, 'tea')}")[1]["message"] == "该项已被使用，只能停用"


def test_unused_item_is_deleted_and_stays_so(site: Site) -> None:
    assert keep(site, "DELETE", f"item/{item(site, 'rice')}")[0] in (200, 204)
    assert offered(site) == ["tea", "salt"]
    assert offered(again(site)) == ["tea", "salt"]


def test_deleted_code_may_be_made_again(site: Site) -> None:
    keep(site, "DELETE", f"item/{item(site, 'rice')}")
    assert add(site, "rice", "香米")[0] == 201
    assert offered(site) == ["tea", "salt", "rice"]


def test_only_who_has_the_right_changes_them(site: Site) -> None:
    given = {"dictionary": "kind", "code": "bean", "label": "豆"}
    assert keep(site, "POST", "item/", "clerk", **given)[0] == 403
    assert keep(site, "PUT", f"item/{item(site, 'tea')}", "clerk", label="x")[0] == 403
    assert keep(site, "DELETE", f"item/{item(site, 'tea')}", "clerk")[0] == 403
    assert offered(site) == ["tea", "rice", "salt"]


def test_a_change_is_in_the_log(site: Site) -> None:
    change(site, "tea", label="红茶")
    entry = site.audit("item", item(site, "tea"))[-1]
    assert (entry["account"], entry["action"]) == ("keeper", "edit")
    assert "红茶" in str(entry["changes"])

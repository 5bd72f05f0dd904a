"""Several codes, several references, rows of a child table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from fab_app.expr import FieldType, Kind
from fab_app.fields.base import Field
from fab_app.fields.dynamic_ref import Pointer
from fab_app.fields.faces import Cell
from fab_app.fields.ref import Ref
from fab_app.fields.show import Show

Make = Callable[..., Field]
SCOPES = {
    "coal": "煤炭开采业",
    "metal": "金属、非金属矿及其他矿采选业",
    "oil": "石油加工业，化学原料、化学品及医药制造业",
    "none": "无",
}


@pytest.fixture
def scopes(make: Make) -> Field:
    return make("choices", "业务范围", options=SCOPES, exclusive="none", max=2)


@pytest.mark.parametrize(
    "raw",
    [
        ["oil", "coal"],
        ["", "oil", "coal", "oil"],
        "coal、oil",
        "oil,coal",
        '["oil", "coal"]',
        "石油加工业，化学原料、化学品及医药制造业、煤炭开采业",
        ("煤炭开采业", "oil"),
    ],
)
def test_codes_are_read_in_the_order_of_the_options(scopes: Field, raw: Any) -> None:
    assert scopes.parse(raw) == ("coal", "oil")


def test_a_label_may_hold_the_separator(scopes: Field) -> None:
    text = scopes.to_excel(("coal", "metal", "oil"), Show())
    assert text == "煤炭开采业、金属、非金属矿及其他矿采选业、石油加工业，化学原料、化学品及医药制造业"
    assert scopes.parse("金属、非金属矿及其他矿采选业") == ("metal",)


def test_an_exclusive_code_stands_alone(scopes: Field) -> None:
    assert scopes.parse("无") == ("none",)
    with pytest.raises(ValueError, match=r"^业务范围中“无”不能与其他选项同时选择$"):
        scopes.parse(["none", "coal"])


def test_the_schema_knows_that_exclusive_codes_stand_alone(scopes: Field) -> None:
    jsonschema.validate(["none"], scopes.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(["none", "coal"], scopes.schema())


@pytest.mark.parametrize(
    "raw", [["gold"], "gold", [["coal"]], [{}], [True], 1, {"a": 1}, ["coal", "metal", "oil"]]
)
def test_unknown_and_too_many_codes_are_refused(scopes: Field, raw: Any) -> None:
    with pytest.raises(ValueError, match="业务范围"):
        scopes.parse(raw)


def test_codes_of_a_dictionary_are_shown_by_its_labels(make: Make) -> None:
    field = make("choices", of="kinds")
    assert field.parse("甲、b") == ("a", "b")
    assert field.cell(("a", "x"), Show()) == Cell(
        "many", "甲、x", items=(Cell("tag", "甲", tone="good"), Cell("tag", "x"))
    )
    assert field.needs() == {"dictionary": "kinds"}


def test_expressions_know_the_codes(scopes: Field, make: Make) -> None:
    assert scopes.field_type() == FieldType(Kind.many, codes=frozenset(SCOPES))
    assert make("refs", to="order").field_type() == FieldType(Kind.many, target="order")
    assert make("table", of="line", by="order", columns=["name"]).field_type() == FieldType(
        Kind.children, target="line"
    )


@pytest.mark.parametrize(
    "keys",
    [
        {"options": {"a": "甲"}, "of": "kinds"},
        {},
        {"options": {"a": "甲"}, "exclusive": ["b"]},
        {"options": {"a": "甲", "b": "乙"}, "min": 3},
        {"of": "kinds", "min": 3, "max": 2},
    ],
)
def test_impossible_choices_are_refused_where_they_are_written(make: Make, keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make("choices", **keys)


@pytest.mark.parametrize(
    "raw", [[3, 1], "3,1", ["", "3", "1"], [{"id": 3}, Ref(1, "x")], "[3, 1]", [3, 1, "3"]]
)
def test_keys_are_read_in_the_order_given(make: Make, raw: Any) -> None:
    assert make("refs", to="order").parse(raw) == (3, 1)


def test_references_are_shown_by_their_titles(make: Make) -> None:
    field, value = make("refs", to="order"), (Ref(1, "甲", "/order/1"), Ref(2, "乙"))
    assert field.cell(value, Show()) == Cell(
        "many", "甲、乙", items=(Cell("link", "甲", url="/order/1"), Cell("text", "乙"))
    )
    assert field.to_api(value) == [{"id": 1, "title": "甲"}, {"id": 2, "title": "乙"}]
    assert field.parse(field.to_api(value)) == (1, 2)
    assert field.values(value, Show()) == ("1", "2")


@pytest.mark.parametrize("raw", ["x", [0], [-1], [True], [2**63], [1.5], ["1.0"], [{}], 10**400])
def test_what_is_no_key_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match=r"^标签中有不存在的选项$"):
        make("refs", to="order").parse(raw)


def test_the_title_of_a_reference_is_hidden(make: Make) -> None:
    assert make("ref", to="order").masked(Ref(1, "某某公司", "/order/1")) == "某**司"


def test_trees_are_chosen_step_by_step(make: Make) -> None:
    widget = make("tree_ref", to="region", leaf_only=True, levels=["city", "county"]).widget(Show())
    assert (widget.kind, widget.limits) == ("cascade", {"leaf": "1", "levels": "city,county"})
    assert make("tree_refs", to="region").widget(Show()).many


def test_shared_entities_are_the_targets(make: Make) -> None:
    targets = {name: make(name).needs() for name in ("user", "org", "region")}
    assert targets == {name: {"entity": f"base.{name}"} for name in targets}
    assert make("user", where="enabled").field_type() == FieldType(Kind.ref, target="base.user")


@pytest.mark.parametrize(
    "raw", ["agency:5", {"entity": "agency", "id": "5"}, Pointer("agency", 5, "甲"), " agency:5 "]
)
def test_a_pointer_is_read(make: Make, raw: Any) -> None:
    assert make("dynamic_ref", to=["agency", "insurer"]).parse(raw) == "agency:5"


@pytest.mark.parametrize(
    "raw", ["order:5", "agency:0", "agency", ":5", "agency:x", {"entity": "agency"}, 5, ["agency", 5]]
)
def test_a_pointer_elsewhere_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="不存在"):
        make("dynamic_ref", to=["agency", "insurer"]).parse(raw)


def test_a_pointer_is_shown_by_its_title(make: Make) -> None:
    field, value = make("dynamic_ref", to=["agency", "insurer"]), Pointer("agency", 5, "甲", "/agency/5")
    assert field.cell(value, Show()) == Cell("link", "甲", url="/agency/5")
    assert field.to_api(value) == {"entity": "agency", "id": 5, "title": "甲"}
    assert Pointer.read("portal.agency:5") == Pointer("portal.agency", 5)
    assert field.needs() == {"entity": ("agency", "insurer")}


def test_rows_are_judged_by_shape_and_number(make: Make) -> None:
    field = make("table", "明细", of="line", by="order", columns=["name"], min=2, max=3)
    assert field.parse([{"name": "a"}, {}]) == ({"name": "a"}, {})
    for raw, sentence in (
        ([{}], "明细至少 2 行"),
        ([{}] * 4, "明细最多 3 行"),
        ([1], "明细必须是明细行的列表"),
        ({"name": "a"}, "明细必须是明细行的列表"),
        ("[", "明细必须是明细行的列表"),
    ):
        with pytest.raises(ValueError, match=f"^{sentence}$"):
            field.parse(raw)

"""Values that nobody types: numbers, computed values, copies; and the few types that fit nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from fab_app.expr import FieldType, Kind
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell
from fab_app.fields.inner import Inner
from fab_app.fields.serial import Part, SerialField, parts_of
from fab_app.fields.show import Show

Make = Callable[..., Field]
DAY = date(2026, 3, 7)


def serial(make: Make, pattern: str) -> SerialField:
    field = make("serial", pattern=pattern)
    assert isinstance(field, SerialField)
    return field


@pytest.mark.parametrize(
    ("pattern", "period", "number"),
    [
        ("YH{yyyyMMdd}{0000}", "20260307", "YH202603070042"),
        ("ZJ{00000}", "", "ZJ00042"),
        ("AZX{yyyy}{000000}", "2026", "AZX2026000042"),
        ("{yyMM}-{000}号", "2603", "2603-042号"),
        ("{0}", "", "42"),
    ],
)
def test_numbers_are_rendered_and_count_by_their_date(
    make: Make, pattern: str, period: str, number: str
) -> None:
    field = serial(make, pattern)
    assert (field.period(DAY), field.render(DAY, 42)) == (period, number)


def test_the_counter_grows_beyond_its_zeros(make: Make) -> None:
    assert serial(make, "A{000}").render(DAY, 1234) == "A1234"


def test_a_pattern_is_read_once_into_parts() -> None:
    assert parts_of("YH{yyyy}{00}") == (Part("literal", "YH"), Part("date", "%Y"), Part("counter", "00"))


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("YH{yyyymmdd}{0000}", r"'\{yyyymmdd\}' is not a part of a pattern\|one of: yyyy, "),
        ("YH{yyyy}", "exactly one counter"),
        ("{00}{00}", "exactly one counter"),
        ("YH{0000", "no partner"),
        ("YH}{0000}", "no partner"),
        ("{}{0}", "not a part"),
        ("{0000000000000}", "not a part"),
    ],
)
def test_wrong_patterns_are_refused_where_they_are_written(make: Make, pattern: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        serial(make, pattern)


def test_a_number_is_unique_and_nobody_types_it(make: Make) -> None:
    field = serial(make, "A{0}")
    assert (field.unique, str(field.readonly and field.readonly.text), field.schema()["readOnly"]) == (
        True,
        "true",
        True,
    )


def test_a_computed_value_looks_like_its_type(make: Make) -> None:
    field = make("computed", **{"as": {"type": "money", "unit": "万元"}, "value": "a * 2"})
    assert field.text(Decimal("1234.5"), Show()) == "1,234.50"
    assert (field.align, field.kind, field.storage) == ("r", Kind.decimal, "none")
    assert field.field_type() == FieldType(Kind.decimal, scale=2)
    assert field.widget(Show()).unit == "万元"


def test_a_stored_computed_value_has_a_column(make: Make) -> None:
    assert (
        make("computed", **{"as": "bool", "value": "true", "stored": True, "index": True}).storage == "column"
    )


def test_a_copied_value_is_stored_like_its_type(make: Make) -> None:
    assert make("snapshot", of="enterprise.name", **{"as": "text"}).storage == "column"
    assert make("snapshot", of="enterprise.kinds", **{"as": {"type": "choices", "of": "k"}}).storage == "side"


def test_rollups_are_ints_or_decimals_unless_said_otherwise(make: Make) -> None:
    common = {"of": "line", "by": "order"}
    fields = [
        make("rollup", **common),
        make("rollup", **common, measure="sum", field="amount"),
        make("rollup", **common, measure="max", field="day", **{"as": "date"}),
    ]
    kinds = [field.inner.type for field in fields if isinstance(field, Inner)]
    assert kinds == ["int", "decimal", "date"]
    assert fields[0].needs() == {"entity": "line"}


@pytest.mark.parametrize(
    ("type_", "keys", "sentence"),
    [
        ("computed", {"as": "monny", "value": "1"}, r"'monny' cannot be computed\|did you mean 'money'\?"),
        ("computed", {"as": "password", "value": "1"}, "cannot be computed"),
        ("computed", {"as": "computed", "value": "1"}, "cannot be computed"),
        ("computed", {"as": "files", "value": "1"}, "cannot be computed"),
        ("computed", {"as": {"type": "int", "mni": 1}, "value": "1"}, "as.mni"),
        ("computed", {"as": {"type": "int", "min": 2, "max": 1}, "value": "1"}, "as: min 2 is above max 1"),
        ("computed", {"as": 3, "value": "1"}, "'as' is the name of a type"),
        ("computed", {"as": "int"}, "value"),
        ("computed", {"as": "int", "value": "1 +"}, "expression"),
        ("computed", {"as": "int", "value": "1", "required": True}, "remove 'required'"),
        ("computed", {"as": "int", "value": "1", "unique": True}, "add 'stored: true'"),
        ("computed", {"as": {"type": "choices", "of": "k"}, "value": "1", "stored": True}, "remove 'stored'"),
        ("rollup", {"of": "line", "by": "order", "measure": "sum"}, "'sum' needs the 'field'"),
        ("rollup", {"of": "line", "by": "order", "field": "x"}, "a count has no 'field'"),
        ("snapshot", {"of": "name", "as": "text"}, "path through a reference"),
        ("text", {"pattern": "("}, "regular expression"),
        ("password", {"policy": {"min": 9, "max": 8}}, "min 9 is above max 8"),
        ("table", {"of": "line", "by": "order", "columns": []}, "columns"),
    ],
)
def test_mistakes_are_told_where_they_are_written(
    make: Make, type_: str, keys: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        make(type_, **keys)


def test_a_password_is_never_shown(make: Make) -> None:
    field, show = make("password"), Show()
    assert field.parse("Demo@2024x") == "Demo@2024x"
    shown = (field.text("Demo@2024x", show), field.values("Demo@2024x", show), field.to_api("Demo@2024x"))
    assert shown == ("", (), None)
    assert (field.to_excel("Demo@2024x", show), field.to_browser("Demo@2024x"), field.masked("x")) == (
        None,
        None,
        "******",
    )
    assert field.cell("Demo@2024x", show) == Cell("masked", "******")
    assert field.schema()["writeOnly"] is True


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("Ab1@", "不能少于 8 个字"),
        ("Abc 1234@", "不能包含空格"),
        ("abcdefgh1", "须包含小写字母、大写字母、数字、其他符号中的至少 3 类"),
        ("Ab1@" * 17, "不能超过 64 个字"),
        (12345678, "必须是文字"),
    ],
)
def test_the_policy_of_passwords_is_told(make: Make, raw: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^密码{sentence}"):
        make("password", "密码").parse(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "118.859457,28.970079",
        [118.859457, 28.970079],
        {"lng": "118.859457", "lat": 28.970079},
        "118.859457，28.970079",
    ],
)
def test_a_position_is_read(make: Make, raw: Any) -> None:
    assert make("geo_point").parse(raw) == "118.859457,28.970079"


@pytest.mark.parametrize("raw", ["181,0", "0,91", "118", "a,b", [1, 2, 3], {"lng": 1}, "1,2,3", "nan,0"])
def test_a_position_that_is_none_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("geo_point").parse(raw)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "raw",
    [
        "{",
        "1",
        1,
        '"x"',
        {"a": float("nan")},
        {"a": "\x00"},
        {"a": {1}},
        {"a": 2**64},
        {1: 2},
        nested(40),
        nested(5000),
    ],
)
def test_what_is_no_plain_json_is_refused(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签不是有效的 JSON 数据"):
        make("json").parse(raw)


def test_json_is_read_from_text_and_limited_in_size(make: Make) -> None:
    field = make("json", max_size="1KB")
    assert field.parse('{"a": [1, 2.5, null, "中"]}') == {"a": [1, 2.5, None, "中"]}
    with pytest.raises(ValueError, match="内容过大"):
        field.parse({"a": "中" * 400})


def test_stars_are_counted(make: Make) -> None:
    field = make("rating")
    assert field.cell(4, Show()) == Cell("text", "★★★★☆", title="4")
    with pytest.raises(ValueError, match="不能大于 5"):
        field.parse(6)


def test_a_code_is_drawn_from_its_text(make: Make) -> None:
    assert make("qr", value="'x'").cell("https://example.com", Show()) == Cell("qr", "https://example.com")

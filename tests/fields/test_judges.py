"""Every judge is total: whatever comes in, a value or a sentence comes out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fab_app.fields.base import Field

HOSTILE: tuple[Any, ...] = (
    *(
        "\x00",
        "\ud800",
        "a\x00b\udfff",
        "　",
        " ",
        "\n",
        "null",
        "true",
        "NaN",
        "Infinity",
        "-inf",
        "１２",
        "²",
        "٣",
    ),
    *("1e400", "1_000", "0x10", "9" * 5000, "-" * 50, "[" * 5000, "{" * 5000, '["a",', "[[[]]]", '{"id": 1}'),
    *(
        "'; DROP TABLE x--",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "{0}",
        "%s%n",
        "1,2,3",
        "1;2",
        "1" * 18,
    ),
    *("2026-02-30", "0000-00-00", "9999-99-99", "24:60", "2026-01-01T25:00:00Z", "0001-01-01T00:00:00+23:59"),
    *(
        "http://[::1",
        "http://",
        "a@b",
        "京A",
        0,
        1,
        -1,
        2**31,
        2**63,
        2**64,
        10**400,
        -(10**400),
        0.1,
        -0.0,
        1e308,
    ),
    *(
        float("nan"),
        float("inf"),
        True,
        False,
        [],
        [None],
        [[]],
        [[[[]]]],
        {},
        {"id": {}},
        {"id": "x"},
        {"id": True},
    ),
    *(
        [{"id": 10**30}],
        [1, "1", True],
        {1: 2},
        [""],
        ("", "x"),
        {"lng": "x", "lat": None},
        {"entity": 1, "id": 1},
    ),
    *({"a": {"b": [float("nan")]}}, b"bytes", object(), Decimal("NaN"), Decimal("1e999999")),
    *(date.min, date.max, datetime.min, datetime.max, time.max, timedelta.max),
)


def answer(field: Field, raw: Any) -> Any:
    """The value, or the sentence of the refusal; anything but a ValueError of our own is a bug."""
    try:
        value = field.parse(raw)
    except ValueError as refused:
        return (
            refused
            if type(refused) is ValueError
            else pytest.fail(f"{field.type}: {raw!r} raised {refused!r}")
        )
    return value


def is_sound(field: Field, answered: Any) -> bool:
    if isinstance(answered, ValueError):
        return str(answered).startswith("标签")
    return answered is None or field.parse(answered) == answered


def test_hostile_values_are_refused_or_read_but_never_crash(field: Field) -> None:
    assert [raw for raw in HOSTILE if not is_sound(field, answer(field, raw))] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=json_values)
def test_any_json_value_gives_a_value_or_a_sentence(family: list[Field], raw: Any) -> None:
    assert [field.type for field in family if not is_sound(field, answer(field, raw))] == []


def test_no_number_is_a_boolean(field: Field) -> None:
    if field.kind in ("int", "decimal"):
        with pytest.raises(ValueError, match="标签"):
            field.parse(True)

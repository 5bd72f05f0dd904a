from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from fab_app.fields.base import Field
from fab_app.fields.scaled import Scaled
from fab_app.fields.show import Show

Make = Callable[..., Field]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234.5", "1234.50"),
        ("１２.３", "12.30"),
        (0.1, "0.10"),
        (7, "7.00"),
        (" -3 ", "-3.00"),
        (".5", "0.50"),
        ("-0", "0.00"),
    ],
)
def test_money_is_exact(make: Make, raw: Any, value: str) -> None:
    assert str(make("money").parse(raw)) == value


@pytest.mark.parametrize(
    "raw", ["1.005", 0.001, "1e3", "1,23", "12,34.5", "一百", "1.2.3", "--1", "0x1f", "¥5", True]
)
def test_money_refuses_what_is_no_amount(make: Make, raw: Any) -> None:
    with pytest.raises(ValueError, match="标签"):
        make("money").parse(raw)


def test_a_digit_too_many_is_told(make: Make) -> None:
    with pytest.raises(ValueError, match=r"^金额最多 2 位小数$"):
        make("money", "金额").parse("1.005")


def test_limits_are_told_in_the_readers_words(make: Make) -> None:
    field = make("money", "金额", min="0.01", max=1000)
    with pytest.raises(ValueError, match=r"^金额不能大于 1000$"):
        field.parse("1000.01")
    with pytest.raises(ValueError, match=r"^金额不能小于 0\.01$"):
        field.parse(0)


def test_money_is_shown_with_separators_and_two_digits(make: Make) -> None:
    field = make("money")
    assert field.text(Decimal("1234567.5"), Show()) == "1,234,567.50"
    assert field.cell(Decimal("0.00"), Show()).text == "0.00"
    assert field.values(Decimal("1234.50"), Show()) == ("1234.50",)
    assert (field.cell(Decimal(1), Show()).kind, field.widget(Show()).unit) == ("money", "元")


def test_every_amount_of_fifteen_digits_survives_the_api(make: Make) -> None:
    field = make("money")
    for text in ("9999999999999.99", "0.07", "1234567890123.45", "-0.01"):
        assert field.parse(field.to_api(field.parse(text))) == Decimal(text)


def test_figures_of_a_computation_are_rounded_half_up_when_shown(make: Make) -> None:
    assert make("decimal", scale=1).text(Decimal("2.25"), Show()) == "2.3"
    assert make("percent", scale=1).text(Decimal("33.333333"), Show()) == "33.3%"


def test_percent_is_a_share_of_a_hundred(make: Make) -> None:
    field = make("percent")
    assert field.parse("12.5%") == Decimal("12.50")
    with pytest.raises(ValueError, match="不能大于 100"):
        field.parse(101)


def test_digits_limit_the_size(make: Make) -> None:
    field = make("decimal", digits=3, scale=1)
    assert field.parse("99.9") == Decimal("99.9")
    with pytest.raises(ValueError, match=r"不能大于 99\.9"):
        field.parse(100)


@pytest.mark.parametrize(
    ("raw", "value"), [("1,000", 1000), (3.0, 3), ("５", 5), (Decimal("7.0"), 7), ("+4", 4)]
)
def test_whole_numbers_are_read(make: Make, raw: Any, value: int) -> None:
    parsed = make("int").parse(raw)
    assert parsed == value
    assert type(parsed) is int


@pytest.mark.parametrize(
    ("type_", "keys"),
    [
        ("int", {"min": 2, "max": 1}),
        ("int", {"max": 2**60}),
        ("decimal", {"digits": 2, "scale": 3}),
        ("decimal", {"digits": 16}),
        ("money", {"min": "much"}),
        ("money", {"min": 5, "max": "4.99"}),
        ("decimal", {"digits": 3, "scale": 0, "min": 1000}),
        ("rating", {"max": 1}),
    ],
)
def test_impossible_limits_are_refused_where_they_are_written(
    make: Make, type_: str, keys: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        make(type_, **keys)


def test_stored_decimals_sum_exactly_and_are_never_rounded() -> None:
    table = sa.Table("account", sa.MetaData(), sa.Column("amount", Scaled(2)))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"amount": Decimal("0.10")}] * 3)
        assert connection.scalar(sa.select(sa.func.sum(table.c.amount))) == Decimal("0.30")
        assert connection.scalar(sa.select(sa.func.count()).where(table.c.amount == Decimal("0.1"))) == 3
        assert connection.exec_driver_sql("select amount from account").scalar() == 10
    with engine.begin() as connection, pytest.raises(sa.exc.StatementError, match="more than 2 digits"):
        connection.execute(table.insert(), {"amount": Decimal("0.001")})


@pytest.mark.parametrize(
    ("raw", "value"),
    [("是", True), ("0", False), ("TRUE", True), (1, True), (0.0, False), ("×", False), ("有", True)],
)
def test_yes_and_no_are_read(make: Make, raw: Any, value: bool) -> None:
    assert make("bool").parse(raw) is value


def test_yes_and_no_in_the_authors_words(make: Make) -> None:
    field = make("bool", yes="合格", no="不合格")
    assert field.parse("不合格") is False
    assert field.text(True, Show()) == "合格"


@pytest.mark.parametrize("raw", [2, "maybe", [], {}, ["1"], 0.5])
def test_anything_else_is_neither_yes_nor_no(make: Make, raw: Any) -> None:
    if raw == []:
        assert make("bool").parse(raw) is None
        return
    with pytest.raises(ValueError, match="只能填"):
        make("bool").parse(raw)


@pytest.mark.parametrize(
    ("raw", "minutes"),
    [("2小时30分", 150), ("2:30", 150), ("45 分钟", 45), (90, 90), ("1h", 60), ("120", 120)],
)
def test_durations_are_read(make: Make, raw: Any, minutes: int) -> None:
    assert make("duration").parse(raw) == minutes


def test_durations_are_shown_in_hours_and_minutes(make: Make) -> None:
    field = make("duration")
    assert [field.text(n, Show()) for n in (150, 60, 5, 0)] == ["2 小时 30 分", "1 小时", "5 分", "0 分"]
    assert field.text(150, Show(locale="en")) == "2 h 30 min"

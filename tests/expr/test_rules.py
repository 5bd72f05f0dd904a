"""The rules of the language, one by one; that every place obeys them is test_same_answers."""

from __future__ import annotations

import timeit
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.expr import ExprError, closure, parse, sql
from tests.expr.world import RowEnv, RowResolver, tasks

RESOLVER = RowResolver("task", tasks)


def answer(text: str, **values: Any) -> Any:
    return closure(parse(text))(RowEnv({"id": 1, **values}))


def written(text: str, scale: int | None = None) -> str:
    return str(sql(parse(text), RESOLVER, scale))


def test_null_compared_is_unknown() -> None:
    assert answer("qty == 1", qty=None) is None
    assert answer("not (qty == 1)", qty=None) is None


def test_unknown_does_not_hide_what_is_decided() -> None:
    assert answer("qty == 1 and false", qty=None) is False
    assert answer("qty == 1 or true", qty=None) is True
    assert answer("qty == 1 or false", qty=None) is None


def test_unknown_item_is_unknown_even_in_nothing() -> None:
    assert answer("qty in []", qty=None) is None
    assert answer("qty in [1, none]", qty=2) is None
    assert answer("user.boss in members", members=[1]) is None


def test_division_rounds_half_up_to_six_digits_and_by_zero_is_null() -> None:
    assert answer("qty / 3", qty=-2) == Decimal("-0.666667")
    assert answer("qty / 0", qty=1) is None


def test_a_condition_that_is_unknown_takes_the_other_branch() -> None:
    assert answer("iif(done, 1, 2)", done=None) == 2


def test_months_are_cut_to_their_last_day() -> None:
    assert answer("due + months(1)", due=date(2024, 1, 31)) == date(2024, 2, 29)


def test_a_datetime_becomes_the_day_of_the_zone() -> None:
    assert answer("date(made)", made=datetime(2024, 2, 29, 16, 30)) == date(2024, 3, 1)


def test_case_folds_only_latin_letters() -> None:
    assert answer("lower(title)", title="AbÉ") == "abÉ"


def test_nothing_summed_is_zero() -> None:
    assert answer("sum(lines.qty)", lines=[]) == 0


def test_a_day_outside_the_calendar_is_null() -> None:
    assert answer("due + days(9)", due=date(9999, 12, 31)) is None


def test_a_condition_on_a_column_can_use_its_index() -> None:
    assert written("amount > 12.5") == "task.amount > :param_1"
    assert written("level == 'major' and qty in [1, 2]").startswith("task.level = :param_1 AND task.qty IN (")


def test_texts_and_parameters_are_bound_never_written() -> None:
    text = written('title == "x\'; drop table task" or due < today() or agency == user.org')
    assert text == "task.title = :param_1 OR task.due < (:param_2) OR task.agency = :param_3"


def test_sql_rounds_to_the_digits_of_a_field() -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        assert connection.scalar(sa.select(sql(parse("2.0 / 3"), RESOLVER, scale=2))) == Decimal("0.67")


def test_statements_of_one_shape_are_compiled_once() -> None:
    keys = {sql(parse(f"due + days({n}) < today()"), RESOLVER)._generate_cache_key().key for n in (1, 2)}  # type: ignore[union-attr]
    shifts = {
        sql(parse(f"due + {unit}(1)"), RESOLVER)._generate_cache_key().key for unit in ("days", "months")
    }  # type: ignore[union-attr]
    assert (len(keys), len(shifts)) == (1, 2)


def test_a_root_without_values_is_refused_in_a_query() -> None:
    class Bare:
        column, type = RESOLVER.column, RESOLVER.type

    with pytest.raises(ExprError, match="'dialog' is not known in a query"):
        sql(parse("title == dialog.note"), Bare())  # type: ignore[arg-type]


def test_a_simple_closure_takes_less_than_some_microseconds() -> None:
    run, env = closure(parse("level == 'major'")), RowEnv({"id": 1, "level": "major"})
    assert min(timeit.repeat(lambda: run(env), number=10_000, repeat=5)) / 10_000 < 5e-6

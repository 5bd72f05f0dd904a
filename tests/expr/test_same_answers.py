"""The permanent promise: closure = SQLite = PostgreSQL = MariaDB = browser, on random rows with nulls."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from fab_app.expr import Expr, FieldType, Kind, check, closure, parse, sql
from tests.expr.conftest import DATA, Answers
from tests.expr.sentences import sentences
from tests.expr.world import RowEnv, RowResolver, World, tasks

TEXTS = [
    "qty > 3",
    "qty + 1 == 4 or amount < 0",
    "not (qty >= 0)",
    "0 <= qty < 5",
    "amount == 12.5",
    "amount > qty",
    "amount + rate",
    "amount - 0.005",
    "amount * rate",
    "qty * qty * qty",
    "amount / qty",
    "qty / 3",
    "amount / rate / 3",
    "-amount",
    "abs(amount)",
    "round(amount, 1)",
    "round(rate)",
    "round(qty)",
    "round(1.25) + min(qty, 2.5)",
    "round(amount / 3, 2) * 2",
    "min(qty, amount, rate)",
    "max(title, note)",
    "coalesce(amount, qty, 0)",
    "iif(qty > 3, amount, qty)",
    "iif(done, 'yes', none)",
    "done == (qty > 0)",
    "(not done) is none",
    "(qty is none) == (not done is none)",
    "done and qty > 0 or not done",
    "title == note",
    "title != 'ab'",
    "title < note",
    "title > 'a'",
    "title + '-' + note",
    "title + ' ' == 'ab '",
    "length(title)",
    "lower(title) == lower(note)",
    "lower(title)",
    "text(qty)",
    "title + ':' + text(length(note))",
    "text(qty) == '3'",
    "digits(title)",
    "digits(title + '7') or digits(text(qty))",
    "contains(title, 'b')",
    "contains(title, '%')",
    "contains(title, note)",
    "startswith(title, 'a_')",
    "startswith(title, note)",
    "empty(title)",
    "empty(kinds) or not empty(members)",
    "title is none",
    "amount is not none and amount > 0",
    "level in ('general', title)",
    "level not in ['major']",
    "qty in (1, 2.5, rate, none)",
    "qty in []",
    "title not in ()",
    "qty in (rate, amount)",
    "user in this.members",
    "user not in members",
    "'a' in kinds",
    "level in kinds",
    "qty in members",
    "user.boss in members",
    "user.regions in members",
    "region in user.regions",
    "region not in user.none",
    "agency == user.org",
    "user.org.state == 'approved' and done",
    "agency == user.boss",
    "'A' == lower('A') or user.org.state == 'Approved'",
    "'a ' == 'a'",
    "agency.name == 'ab' or agency.rank > qty",
    "this == 3",
    "dialog.note == title or dialog.agency == agency",
    "below(region, user.regions)",
    "below(region, 2)",
    "below(region, agency)",
    "below(region, user.boss)",
    "below(region, user.none)",
    "covers(regions, region)",
    "covers(kept, region)",
    "covers(regions, user.place)",
    "covers(kept, user.place)",
    "covers(regions, 3)",
    "covers(kept, none)",
    "covers(user.regions, region)",
    "covers(user.kept, region)",
    "covers(user.none, region)",
    "not covers(user.kept, region) or covers(kept, qty)",
    "covers(dialog.regions, region)",
    "depth_of(regions, region)",
    "depth_of(kept, region)",
    "depth_of(regions, user.place)",
    "depth_of(user.regions, region)",
    "depth_of(user.kept, region) + qty",
    "depth_of(dialog.kept, region) == 0",
    "depth_of(kept, none) is none",
    "exists(lines where covers(outer.kept, outer.region) and qty > 0)",
    "count(lines where covers(outer.regions, qty))",
    "max(lines.qty where depth_of(outer.kept, qty) >= 1)",
    "due >= today()",
    "due - today()",
    "due + days(qty)",
    "due - days(30) < date('2024-01-01')",
    "due + months(1)",
    "due - months(qty)",
    "date('2024-01-31') + months(1)",
    "today() + days(1)",
    "made + hours(qty)",
    "made - days(1) < now()",
    "made + months(-11)",
    "now() - hours(8)",
    "date(made)",
    "date(made) == today()",
    "year(due) * 100 + month(due)",
    "month(made)",
    "min(due, date(made))",
    "hours_between(made, now())",
    "days_between(made, due)",
    "days_between(due, today()) > 30",
    "birth_date('990000199002310011')",
    "birth_date('990000' + title)",
    "birth_date('990000198001' + '0' + note + '001X') <= due",
    "birth_date('99000019800131001X') + days(qty)",
    "gender('9900001980013100' + title)",
    "gender('99000019800131001X') == 'male'",
    "gender(title) is none",
    "count(lines)",
    "count(lines where price > 1)",
    "count(lines where qty == outer.qty or name == outer.title)",
    "exists(lines where day < today() and not empty(name))",
    "sum(lines.price)",
    "sum(lines.qty where price > 0) * amount",
    "min(lines.day)",
    "max(lines.price where qty > 0)",
    "max(lines.name)",
    "round(sum(lines.price) / count(lines), 2)",
]


def same(value: Any) -> Any:
    """Numbers to nine digits (the browser counts in binary), datetimes to one spelling."""
    match value:
        case bool() | None | str():
            return value
        case int() | float() | Decimal():
            return round(float(value), 7) + 0.0
        case datetime():
            return value.isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
    return value


def compare(expressions: list[Expr], answers: list[list[Any]], kinds: list[Any]) -> None:
    runs = [closure(expr) for expr in expressions]
    for row, answered in zip(DATA, answers, strict=True):
        for expr, run, answer, kind in zip(expressions, runs, answered, kinds, strict=True):
            if kind is Kind.datetime and isinstance(answer, str):
                answer = datetime.fromisoformat(answer)
            assert same(run(RowEnv(row))) == same(answer), (expr.text, row)


def kinds_of(expressions: list[Expr]) -> list[Any]:
    """Which answers are datetimes: the browser spells them as it likes."""
    return [
        Kind.datetime if not check(e, World(), "task", Kind.datetime, DIALOG) else None for e in expressions
    ]


DIALOG = {"dialog": FieldType(Kind.ref, "dialog")}
EXPRESSIONS = [parse(text) for text in TEXTS]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=TEXTS)
def test_the_sentences_compared_are_correct(expr: Expr) -> None:
    assert [str(e) for e in check(expr, World(), "task", extra=DIALOG)] == []


def test_databases_answer_as_python(asked: Answers) -> None:
    compare(EXPRESSIONS, asked(EXPRESSIONS), kinds_of(EXPRESSIONS))


def test_the_browser_answers_as_python(browsed: Answers) -> None:
    compare(EXPRESSIONS, browsed(EXPRESSIONS), kinds_of(EXPRESSIONS))


def test_a_condition_selects_the_rows_for_which_it_is_true(connection: sa.Connection) -> None:
    resolver = RowResolver("task", tasks)
    conditions = [e for e in EXPRESSIONS if not check(e, World(), "task", Kind.bool, DIALOG)]
    for expr in conditions:
        found = connection.scalars(
            sa.select(tasks.c.id).where(sql(expr, resolver)).order_by(tasks.c.id)
        ).all()
        assert found == [row["id"] for row in DATA if closure(expr)(RowEnv(row))], expr.text


EXAMPLES = int(os.environ.get("EXPR_EXAMPLES", "8"))
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@quick
@given(texts=sentences())
def test_databases_answer_as_python_whatever_is_asked(asked: Answers, texts: list[str]) -> None:
    expressions = [parse(text) for text in texts]
    compare(expressions, asked(expressions), kinds_of(expressions))


@quick
@given(texts=sentences())
def test_the_browser_answers_as_python_whatever_is_asked(browsed: Answers, texts: list[str]) -> None:
    expressions = [parse(text) for text in texts]
    assert [check(expr, World(), "task") for expr in expressions] == [[] for _ in expressions]
    compare(expressions, browsed(expressions), kinds_of(expressions))

"""What is read, what is refused, and where."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fab_app.expr import Children, Const, ExprError, parse

HOSTILE = [
    ("__import__('os').system('ls')", 1),
    ("title.lower()", 1),
    ("().__class__", 1),
    ("this.__class__", 1),
    ("_secret == 1", 1),
    ("true and title.__dict__", 10),
    ("lambda: 1", 1),
    ("done or (lambda x: x)", 10),
    ("kinds[0]", 1),
    ("qty == [n for n in lines]", 8),
    ("f'{title}'", 1),
    ("(n := 3) == 3", 2),
    ("2 ** 9", 6),
    ("qty % 2", 7),
    ("qty // 2 == 1", 8),
    ("qty if done else 0", 1),
    ("{'a': 1}", 1),
    ("{1, 2}", 1),
    ("title == b'a'", 10),
    ("qty == 1j", 8),
    ("qty == 0x10", 8),
    ("qty == 1e9", 8),
    ("qty == 1_000", 8),
    ("qty == 9999999999999999", 8),
    ("eval('1')", 1),
    ("open(title)", 1),
    ("lower(*kinds)", 7),
    ("lower(text=title)", 12),
    ("title == 'a\\'", 12),
    ("title == 'a", 10),
    ("title # a comment", 7),
    ("title = 'a'", 7),
    ("qty >", 5),
    ("qty == 1) or (true", 9),
    ("title == none", 10),
    ("title is 'a'", 10),
    ("level in 'general'", 10),
    ("level in ('general')", 11),
    ("qty > days(3)", 7),
    ("days(3) + today()", 1),
    ("[1, 2]", 1),
    ("a, b", 1),
    ("done where qty", 6),
    ("count(lines, qty > 1)", 1),
    ("count(lines.qty where qty > 1)", 7),
    ("sum(lines where qty > 1)", 5),
    ("round(qty, 9)", 12),
    ("date('2024-02-30')", 1),
    ("lower()", 1),
    ("iif(done, 1)", 1),
    ("", 1),
    ("   ", 1),
    ("qty\0 == 1", 4),
    ("...", 1),
    ("await done", 1),
    ("not " * 60 + "done", 201),
    ("(" * 300 + "1" + ")" * 300, 201),
    ("-" * 1900 + "1", 51),
    ("1 + " * 700 + "1", 2001),
    ("/".join("q" * 9), 1),
]


@pytest.mark.parametrize(("text", "column"), HOSTILE, ids=[text[:30] for text, _ in HOSTILE])
def test_what_is_not_of_the_language_is_refused_with_its_column(text: str, column: int) -> None:
    with pytest.raises(ExprError) as refused:
        parse(text)
    assert refused.value.column == column
    assert refused.value.message


def test_columns_count_characters_not_bytes() -> None:
    with pytest.raises(ExprError) as refused:
        parse("  标题 == '中文' and x.lower()")
    assert refused.value.column == 18


def test_an_unknown_function_hints_at_the_nearest() -> None:
    with pytest.raises(ExprError) as refused:
        parse("startwith(title, 'a')")
    assert (refused.value.message, refused.value.hint) == (
        "'startwith' is not a function",
        "did you mean 'startswith'?",
    )


def test_a_single_equals_sign_is_answered_with_two() -> None:
    with pytest.raises(ExprError) as refused:
        parse("level = 'major'")
    assert refused.value.hint == "to compare, write =="


def test_decimals_are_exact() -> None:
    assert parse("0.10").tree == Const(Decimal("0.10"))
    assert parse("-3").tree == Const(-3)


def test_line_breaks_are_blanks() -> None:
    assert parse("done and\n  qty > 1").tree == parse("done and qty > 1").tree


def test_fields_and_user_paths_are_known_before_running() -> None:
    expr = parse("this.order.agency == user.org or user in members and dialog.note is none or now() > made")
    assert expr.paths == {("order", "agency"), ("members",), ("made",)}
    assert expr.user_paths == {("org",), ()}
    assert expr.root_paths == {("dialog", "note")}
    assert expr.calls == {"now"}


def test_fields_of_children_are_theirs_and_outer_fields_ours() -> None:
    expr = parse("exists(lines where qty > outer.least and count(parts where n > outer.qty) > 1)")
    (lines,) = expr.children
    (parts,) = lines.children
    assert expr.paths == {("least",)}
    assert lines.paths == {("qty",)}
    assert parts.paths == {("n",)}


def test_where_in_a_text_or_as_a_field_is_left_alone() -> None:
    assert parse("this.where == 'where'").paths == {("where",)}


def test_min_of_two_values_is_not_min_over_children() -> None:
    assert parse("min(a.b, c)").children == ()
    assert isinstance(parse("min(a.b where c)").tree, Children)


@pytest.mark.parametrize(
    ("text", "constant"), [("1 + 1", True), ("today()", False), ("user", False), ("a", False)]
)
def test_constant_is_what_no_row_user_or_day_changes(text: str, constant: bool) -> None:
    assert parse(text).constant is constant


def test_a_path_may_begin_with_a_root_that_the_caller_names() -> None:
    assert parse("old.state == state", roots={"old"}).root_paths == {("old", "state")}

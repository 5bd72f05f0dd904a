"""Everything that makes no sense is found before anything runs."""

from __future__ import annotations

import pytest

from fab_app.expr import FieldType, Kind, check, parse
from tests.expr.world import World

WRONG = [
    ("titel == 'a'", 1, "'titel' is not a field of task", "did you mean 'title'?"),
    ("agency.nam == 'a'", 1, "'nam' is not a field of agency", "did you mean 'name'?"),
    ("title.name == 'a'", 1, "'name' cannot be asked of text", ""),
    ("lines.qty > 1", 1, "'qty' cannot be asked of children", "write exists(lines where …)"),
    ("user.orgs == 1", 1, "'orgs' is not known of the user", ""),
    ("done and dialog.note == 'a'", 10, "'dialog' is not known here", "known here: this, user"),
    ("level == 'magor'", 10, "'magor' is none of the choices", "did you mean 'major'?"),
    ("'c' not in kinds", 1, "'c' is none of the choices", "known here: a, b"),
    ("level in ('major', 'x')", 20, "'x' is none of the choices", "known here: general, major"),
    ("title > 3", 9, "'>' cannot compare text with int", ""),
    ("due == made", 8, "'==' cannot compare date with datetime", "write date(…) around the datetime"),
    ("kinds == 'a'", 10, "'==' cannot compare many with text", "write value in field"),
    ("agency < 3", 1, "'<' cannot order ref", ""),
    ("title and done", 1, "'and' wants true or false, and this is text", "write a comparison"),
    ("not kinds", 5, "'not' wants true or false, and this is many", "write not empty(…)"),
    ("title + 1 == 'a'", 1, "'+' does not join text and int", ""),
    ("due + 1 > due", 1, "'+' does not join date and int", "write + days(n)"),
    ("now() - made > 1", 1, "'-' does not join datetime and datetime", "write hours_between(begin, end)"),
    ("due + hours(1) > due", 1, "hours() wants a datetime, and this is date", "write days(n)"),
    ("due + days(1.5) > due", 12, "days() wants a whole number, and this is decimal", ""),
    ("length(qty) > 1", 8, "length() wants text, and this is int", ""),
    ("coalesce(title, qty) == 'a'", 17, "coalesce() cannot compare text with int", ""),
    ("iif(qty, 1, 2) > 0", 5, "iif() wants true or false, and this is int", "write a comparison"),
    (
        "title in note",
        10,
        "'in' wants a list or a field with many values, and this is text",
        "write contains(text, part)",
    ),
    ("count(kinds) > 1", 1, "count() wants child rows, and 'kinds' is many", "write not empty(kinds)"),
    (
        "exists(lines where title == 'a')",
        20,
        "'title' is not a field of line",
        "known here: day, name, price, qty",
    ),
    ("sum(lines.name) > 1", 5, "sum() wants a number, and this is text", ""),
    (
        "below(user.org, region)",
        7,
        "below() begins with a field of the record",
        "write below(region, user.region)",
    ),
    (
        "covers(members, agency)",
        8,
        "covers() wants a field whose ticks stand for more than themselves",
        "give it 'cover: below' or 'cover: children'",
    ),
    (
        "covers(regions, agency)",
        17,
        "this is no node of the tree in which 'regions' is ticked",
        "write a reference to the same kind of record",
    ),
    (
        "depth_of(regions, members) > 1",
        19,
        "depth_of() wants a node of the tree, and this is many",
        "write one reference, such as region",
    ),
    ("empty(lines)", 7, "empty() cannot be asked of children", "write not exists(…)"),
    ("kinds is none", 1, "'is none' cannot be asked of many", "write empty(…)"),
    ("qty", 1, "the answer is int, where bool is wanted", "write a comparison"),
    ("outer.qty > 1", 1, "'outer' is not known here", "did you mean 'user'?"),
]


@pytest.mark.parametrize(("text", "column", "message", "hint"), WRONG, ids=[wrong[0] for wrong in WRONG])
def test_nonsense_is_named_with_column_and_hint(text: str, column: int, message: str, hint: str) -> None:
    found = check(parse(text), World(), "task", Kind.bool)
    assert [(e.column, e.message, e.hint) for e in found] == [(column, message, hint)]


def test_below_begins_with_a_row_also_where_an_outer_record_is_given() -> None:
    outer = {"outer": FieldType(Kind.ref, "task")}
    refused = check(parse("below(outer.region, region)"), World(), "task", Kind.bool, outer)
    assert [error.message for error in refused] == ["below() begins with a field of the record"]
    assert check(parse("below(region, outer.region)"), World(), "task", Kind.bool, outer) == []
    inside = parse("exists(lines where below(outer.region, outer.agency.region))")
    assert "below() begins" not in str(check(inside, World(), "task", Kind.bool, outer))


def test_all_mistakes_are_found_at_once_in_the_order_of_the_text() -> None:
    found = check(parse("titel == 'a' and qty > 'b' or level == 'c'"), World(), "task", Kind.bool)
    assert [error.column for error in found] == [1, 24, 40]


def test_an_extra_root_is_typed_by_path_or_by_entity() -> None:
    text = parse("dialog.agency.rank > 3 and dialog.note == 'a'")
    by_entity = {"dialog": FieldType(Kind.ref, "dialog")}
    by_path = {"dialog.note": FieldType(Kind.text), "dialog.agency": FieldType(Kind.ref, "agency")}
    assert check(text, World(), "task", Kind.bool, by_entity) == []
    assert check(text, World(), "task", Kind.bool, by_path) == []
    (error,) = check(parse("dialog.nota == 'a'"), World(), "task", Kind.bool, by_path)
    assert error.hint == "did you mean 'note'?"


def test_outer_is_the_record_that_chooses_where_the_caller_says_so() -> None:
    outer = {"outer": FieldType(Kind.ref, "task")}
    assert check(parse("rank > outer.qty"), World(), "agency", Kind.bool, outer) == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("qty", Kind.decimal),
        ("none", Kind.date),
        ("this", Kind.ref),
        ("dialog.note", Kind.text),
        ("kinds", Kind.many),
    ],
)
def test_an_answer_of_a_fitting_kind_is_accepted(text: str, want: Kind) -> None:
    assert check(parse(text), World(), "task", want, {"dialog.note": FieldType(Kind.text)}) == []

"""Columns that do not stand beside each other take what their page needs; those that do stay as they are."""

from __future__ import annotations

from fab_app.fields.faces import Cell
from fab_app.web.pages import Column, Row
from fab_app.web.screens import widths

ACTING = "146"


def row(*texts: str) -> Row:
    return Row("1", tuple(Cell("text", text) for text in texts))


def fitted(columns: tuple[Column, ...], *rows: Row) -> list[str]:
    return [column.width for column in widths.fitted(columns, rows, ACTING)]


def test_columns_that_have_room_stay_whatever_stands_in_them() -> None:
    columns = tuple(Column(f"c{at}", "列", "120") for at in range(8))
    assert fitted(columns, row(*["短"] * 8)) == ["120"] * 8


def test_columns_without_room_shrink_to_their_longest_text_or_their_head() -> None:
    columns = (*(Column(f"c{at}", "列", "146") for at in range(8)), Column("long", "一个很长的列头", "146"))
    found = fitted(columns, row("短", "一二三四五", "FW202611270001", *["短"] * 6), row(*["短"] * 9))
    assert (found[0], found[1], found[2], found[-1]) == ("44", "92", "128", "116")


def test_no_column_grows_and_a_longer_text_than_its_width_stays_cut() -> None:
    columns = tuple(Column(f"c{at}", "列", "146") for at in range(9))
    assert fitted(columns, row(*["很长的内容" * 9] * 9)) == ["146"] * 9


def test_column_that_shares_the_rest_gives_up_what_it_does_not_need() -> None:
    columns = (Column("name", "名称", ""), *(Column(f"c{at}", "列", "146") for at in range(8)))
    assert fitted(columns, row("短", *["短"] * 8))[0] == "54"
    assert fitted(columns, row("很长的内容" * 9, *["短"] * 8))[0] == ""


def test_first_column_stands_further_in_and_needs_as_much_more() -> None:
    columns = tuple(Column(f"c{at}", "列", "146") for at in range(9))
    assert fitted(columns, row(*["人员甲"] * 9))[:2] == ["72", "60"]


def test_pictures_keep_their_width_and_an_empty_page_its_columns() -> None:
    columns = tuple(Column(f"c{at}", "列", "146") for at in range(9))
    pictures = Row("1", tuple(Cell("images") for _ in range(9)))
    assert fitted(columns, pictures) == fitted(columns) == ["146"] * 9

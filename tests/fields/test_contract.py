"""What every field type promises of its faces, whatever it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateTable

from fab_app import fields as fields_package
from fab_app.core.words import catalogue
from fab_app.expr import Kind
from fab_app.fields.base import Field
from fab_app.fields.faces import Cell, Widget
from fab_app.fields.family import FIELDS
from fab_app.fields.show import Show
from fab_app.fields.stored import Stored


def test_samples_are_accepted(field: Field) -> None:
    random = Random(1)
    for raw in (field.sample(random) for _ in range(50)):
        assert raw is None or field.parse(raw) is not None


def test_a_value_is_judged_to_be_itself(field: Field, value: Any) -> None:
    assert field.parse(value) == value


def test_the_value_of_the_api_is_judged_to_be_the_value(field: Field, value: Any) -> None:
    sent = json.loads(json.dumps(field.to_api(value)))
    assert sent is None if not field.readable else field.parse(sent) == value


def test_the_value_of_an_input_is_judged_to_be_the_value(field: Field, value: Any) -> None:
    typed = field.values(value, Show())
    if len(typed) == 1 and not field.many:
        seconds = {"second": 0} if isinstance(value, datetime) else {}
        assert field.parse(typed[0]) == (value.replace(**seconds) if seconds else value)
    if field.storage == "side":
        assert field.parse(["", *typed]) == value


def test_the_excel_cell_is_judged_to_be_the_value(field: Field, value: Any) -> None:
    cell = field.to_excel(value, Show())
    if cell is None or field.type in ("richtext", "json", "table"):
        return
    assert type(cell) in (str, int, float, bool, Decimal, date, datetime)
    assert field.from_excel(cell) == value


def test_the_schema_accepts_the_value_of_the_api(field: Field, value: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(field.schema())
    if field.readable:
        jsonschema.validate(field.to_api(value), field.schema())


def test_a_mask_tells_nothing_of_an_amount_a_moment_or_one_of_few_values(field: Field, value: Any) -> None:
    kind = field.field_type().kind
    if kind in (Kind.bool, Kind.int, Kind.decimal, Kind.date, Kind.datetime) or field.type in (
        "choice",
        "act",
    ):
        assert field.masked(value) == "***"


def test_every_face_shows_the_sample(field: Field, value: Any) -> None:
    for show in (Show(), Show(locale="en")):
        assert isinstance(field.text(value, show), str)
        assert isinstance(field.cell(value, show), Cell)
        assert all(isinstance(typed, str) for typed in field.values(value, show))
        assert isinstance(field.masked(value), str)
    json.dumps(field.to_browser(value))


def test_every_face_shows_nothing(field: Field) -> None:
    show = Show()
    assert field.text(None, show) == ""
    assert field.values(None, show) == ()
    assert field.to_api(None) is None
    assert field.to_browser(None) is None
    assert field.cell(None, show).kind == ("masked" if field.type == "password" else "nil")


def test_widgets_are_drawn_for_the_form_and_for_every_operator(field: Field) -> None:
    show = Show()
    widgets = [field.widget(show), *(field.filter_widget(by, show) for by in field.operators)]
    assert all(isinstance(widget, Widget) for widget in widgets)
    assert all(
        isinstance(text, str)
        for widget in widgets
        for text in (*widget.attrs.values(), *widget.limits.values())
    )


def test_empty_is_no_value(field: Field) -> None:
    assert [field.parse(raw) for raw in (None, "", [], ())] == [None] * 4


def test_blanks_are_no_value_or_a_wrong_answer(field: Field) -> None:
    """Of the types that people choose from nobody types a blank: it is refused like any other unknown choice."""
    if field.type in ("password", "ref", "tree_ref", "user", "org", "region", "choice"):
        with pytest.raises(ValueError, match=r".+"):
            field.parse("  ")
    else:
        assert field.parse("  ") is None


def test_the_grammar_of_each_type_has_a_json_schema() -> None:
    for kind in FIELDS.values():
        json.dumps(kind.model_json_schema())


def test_every_column_keeps_its_value(field: Field, value: Any) -> None:
    if field.storage not in ("column", "side"):
        return
    column = sa.Column("value", field.sa_type())
    table = sa.Table("kept", sa.MetaData(), column)
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        rows = [{"value": member} for member in value] if field.storage == "side" else [{"value": value}]
        connection.execute(table.insert(), rows)
        kept = connection.execute(sa.select(column)).scalars().all()
    assert kept == [row["value"] for row in rows]


def test_every_sentence_of_the_fields_is_translated() -> None:
    folder = Path(fields_package.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    said = set(re.findall(r'(?:refusal|_no|say)\(\s*"([^"]+)"', source))
    asked = {kind.ask for kind in FIELDS.values()}
    assert sorted((said | asked) - set(catalogue("zh"))) == []


@pytest.mark.parametrize(
    "dialect", [postgresql.dialect(), mysql.dialect(), sqlite.dialect()], ids=lambda d: d.name
)
def test_every_database_can_make_the_columns(dialect: Any, family: list[Field]) -> None:
    columns = [
        sa.Column(f"c{n}", field.sa_type()) for n, field in enumerate(family) if field.storage != "none"
    ]
    table = str(CreateTable(sa.Table("t", sa.MetaData(), *columns)).compile(dialect=dialect))
    assert ("MEDIUMTEXT" in table) == (dialect.name == "mysql")


def test_shown_files_are_links_with_their_keys(make: Callable[..., Field]) -> None:
    files = make("files")
    value = (Stored(3, "报告.pdf", 2_100_000, "application/pdf", "/files/3"),)
    assert files.cell(value, Show()) == Cell(
        "files", "报告.pdf", items=(Cell("link", "报告.pdf", title="2MB", url="/files/3"),)
    )
    assert files.values(value, Show()) == ("3",)
    assert files.parse(value) == (3,)


_ODD = (
    "",
    " ",
    " a",
    "a ",
    "a\nb",
    "e\u0301",
    "\u00e9",
    "\xa0",
    "\x7f",
    "\u200b",
    "13800000001",
    "中文",
    "\ud800",
    "x" * 256,
)


@given(texts=st.lists(st.one_of(st.sampled_from(_ODD), st.text(max_size=12)), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_plain_texts_are_judged_to_be_themselves(field: Field, texts: list[str]) -> None:
    if field.plain(texts):
        assert [field.from_excel(text) for text in texts] == texts


@pytest.mark.parametrize(
    ("written", "texts"),
    [
        ({"type": "text", "label": "Name", "max": 3}, ["张三", "a b", "é"]),
        ({"type": "phone", "label": "Phone"}, ["13800000001", "19900000002"]),
    ],
)
def test_what_people_mostly_type_is_plain(written: dict[str, Any], texts: list[str]) -> None:
    assert FIELDS[written["type"]].model_validate(written).plain(texts)

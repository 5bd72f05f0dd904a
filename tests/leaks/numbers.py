"""Marks in phones and numbers of identity cards: valid ones that nobody has, one for each cell.

Phones are of the house's block ``1990000``, identity cards of an area ``99`` that does not exist, as the demo values
of these fields are. Such a number has no room for the name of a cell, so which cell holds it is read from the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from fab_app.fields.id_card import check_digit
from fab_app.spec.manifest import Manifest

KINDS = ("phone", "id_card")
MOST_PHONES = 10_000
FOUND = re.compile(r"(?<![0-9A-Za-z])(?:1990000[0-9]{4}|99[0-9]{15}[0-9X])(?![0-9A-Za-z])")


def numbered(manifest: Manifest, owner: str) -> dict[str, str]:
    """The columns of a table that hold such numbers, each with its kind."""
    return {
        entity.columns[name]: entity.fields[name].type
        for entity in manifest.entities.values()
        if entity.owner == owner
        for name in entity.stored
        if entity.fields[name].type in KINDS
    }


def plant_numbers(connection: sa.Connection, manifest: Manifest, tables: dict[str, sa.Table]) -> None:
    given = dict.fromkeys(KINDS, 0)
    for owner, table in tables.items():
        columns = numbered(manifest, owner)
        for id_ in list(connection.scalars(sa.select(table.c.id).order_by(table.c.id))) if columns else ():
            values = {}
            for column, kind in columns.items():
                given[kind] += 1
                values[column] = _phone(given[kind]) if kind == "phone" else _card(given[kind])
            connection.execute(sa.update(table).where(table.c.id == id_).values(values))


def planted(
    connection: sa.Connection, manifest: Manifest, tables: dict[str, sa.Table]
) -> Iterator[tuple[str, tuple[str, str, int]]]:
    """Each number with the owner, column and row of its cell."""
    for owner, table in tables.items():
        for column in numbered(manifest, owner):
            for id_, number in connection.execute(sa.select(table.c.id, table.c[column])):
                yield str(number), (owner, column, id_)


def _phone(number: int) -> str:
    assert number < MOST_PHONES, "there are no more numbers in the block"
    return f"1990000{number:04}"


def _card(number: int) -> str:
    first = f"99{number // 1000:04}19900101{number % 1000:03}"
    return first + check_digit(first)

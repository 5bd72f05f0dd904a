"""Beside a table with searched texts: the pairs of neighbouring signs in each row, found by an index.

A part of a text of two signs or more can only be in rows that have all its pairs; whether it is there the text
itself tells. One table serves SQLite, PostgreSQL and MariaDB alike, and two Chinese signs are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import add

import sqlalchemy as sa

from fab_app.fields.ref import Id
from fab_app.spec.manifest import BASE, Entity
from fab_app.store.engine import TABLE_ARGS

MOST = 4
"""Pairs of what is looked for that are asked of the index."""
_UNFIT = frozenset(("longtext", "richtext", "json", "password"))


def searched(entity: Entity) -> tuple[str, ...]:
    """The fields that the index holds: ``search: true``, a line of text, of a table that one portal writes alone."""
    if entity.shared or entity.portal == BASE:
        return ()
    return tuple(
        name
        for name, field in entity.fields.items()
        if field.search
        and field.storage == "column"
        and field.type not in _UNFIT
        and field.field_type().kind == "text"
    )


def grams_table(metadata: sa.MetaData, name: str, table: sa.Table) -> sa.Table:
    """(gram, owner_id): one row a pair that occurs in any of the row's searched texts."""
    owner = sa.ForeignKey(f"{table.name}.id", name=f"fk_{name}"[:60], ondelete="CASCADE")
    made = sa.Table(
        name,
        metadata,
        sa.Column("gram", sa.String(2), primary_key=True),
        sa.Column("owner_id", Id, owner, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,  # else it would be kept a third time, in the order in which rows came
        **TABLE_ARGS,
    )
    sa.Index(f"ix_{name}"[:60], made.c.owner_id)
    return made


def grams(texts: Iterable[object]) -> frozenset[str]:
    """The pairs of neighbouring signs, small letters for capital ones."""
    found: set[str] = set()
    for text in texts:
        if isinstance(text, str):
            small = _small(text)
            found.update(map(add, small, small[1:]))
    return frozenset(found)


def wanted(needle: str) -> Sequence[str]:
    """The pairs that rows with this part of a text must have, at most ``MOST``; none for a single sign."""
    small = _small(needle)
    pairs = list(dict.fromkeys(small[at : at + 2] for at in range(len(small) - 1)))
    step = max(1, -(-len(pairs) // MOST))
    return pairs[::step]


class _Small(dict[int, str]):
    """The small letter of each sign that was met, so that a part of a text stays a part of it."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        low = sign.lower()
        self[code] = low if len(low) == 1 else sign
        return self[code]


_SMALL = _Small()


def _small(text: str) -> str:
    return text.translate(_SMALL)

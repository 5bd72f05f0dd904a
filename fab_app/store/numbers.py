"""Serial numbers: one row a scope (``shop.order:2026``), counted up by one upsert.

The row stays locked until the caller's transaction ends, so numbers of one scope are handed out one
transaction at a time, and a rolled back transaction gives its numbers back: no duplicates, no gaps.
The price is waiting, so take the number as late in the transaction as can be, and many at once in bulk.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from fab_app.store.engine import TABLE_ARGS

_UPSERT: Final = sa.text(
    "INSERT INTO base_number (scope, value) VALUES (:scope, :count) "
    "ON CONFLICT (scope) DO UPDATE SET value = base_number.value + :count RETURNING value"
)
_UPSERT_MYSQL: Final = sa.text(
    "INSERT INTO base_number (scope, value) VALUES (:scope, LAST_INSERT_ID(:count)) "
    "ON DUPLICATE KEY UPDATE value = LAST_INSERT_ID(value + :count)"
)


def number_table(metadata: sa.MetaData) -> sa.Table:
    """The table ``base_number``: ``value`` is the last number given."""
    return sa.Table(
        "base_number",
        metadata,
        sa.Column("scope", sa.String(190), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_base_number"),
        **TABLE_ARGS,
    )


def next_number(connection: sa.Connection, scope: str) -> int:
    """The next number of ``scope``, from 1. Never twice; without gaps, as it is part of the transaction."""
    return next_numbers(connection, scope, 1).start


def next_numbers(connection: sa.Connection, scope: str, count: int) -> range:
    """The next ``count`` numbers of ``scope`` at once, with the same promises; ``count`` is at least 1."""
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    values = {"scope": scope, "count": count}
    if connection.dialect.name == "mysql":
        connection.execute(_UPSERT_MYSQL, values)
        last = int(connection.scalar(sa.text("SELECT LAST_INSERT_ID()")))
    else:
        last = int(connection.execute(_UPSERT, values).scalar_one())
    return range(last - count + 1, last + 1)

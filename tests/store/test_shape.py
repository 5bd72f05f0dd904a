"""Definitions and databases are read in the same words: what was just made differs in nothing."""

from __future__ import annotations

import sqlalchemy as sa

from fab_app.store import ledger
from fab_app.store.apply import at_start
from fab_app.store.engine import TABLE_ARGS, Id, Moment
from fab_app.store.plan import plan


class Upper(sa.TypeDecorator[str]):
    impl = sa.String
    cache_ok = True


def everything() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(
        "shop_order",
        metadata,
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("alive", Id, nullable=False, server_default="0"),
        sa.Column("at", sa.DateTime),
        sa.Column("exactly_at", Moment),
        sa.Column("day", sa.Date),
        sa.Column("clock", sa.Time),
        sa.Column("open", sa.Boolean),
        sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("price", sa.Numeric(12, 2)),
        sa.Column("weight", sa.Float),
        sa.Column("distance", sa.Double),
        sa.Column("note", sa.Text),
        sa.Column("data", sa.JSON),
        sa.Column("blob", sa.LargeBinary),
        sa.Column("code", Upper(20), server_default="it's %"),
        sa.Column("letters", sa.CHAR(2)),
        sa.Column("small", sa.SmallInteger),
        sa.Column("made", sa.DateTime, server_default=sa.func.current_timestamp()),
        sa.Column("order", sa.String(10), unique=True),
        sa.Column(
            "above_id", Id, sa.ForeignKey("shop_order.id", name="fk_shop_order_above", ondelete="SET NULL")
        ),
        sa.UniqueConstraint("uuid", name="uq_shop_order_uuid"),
        sa.UniqueConstraint("code", "alive", name="uq_shop_order_code_alive"),
        sa.Index("ix_shop_order_above_id", "above_id"),
        sa.Index("ix_shop_order_at", "at", "id"),
        **TABLE_ARGS,
    )
    side = sa.Table(
        "shop_order__tag",
        metadata,
        sa.Column(
            "owner_id",
            Id,
            sa.ForeignKey("shop_order.id", name="fk_tag_owner", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("value", sa.String(30), nullable=False),
        **TABLE_ARGS,
    )
    sa.Index("ix_tag_value", side.c.value.desc(), side.c.owner_id)
    return metadata


def circle() -> sa.MetaData:
    metadata = sa.MetaData()
    for one, other in (("hen", "egg"), ("egg", "hen")):
        sa.Table(
            one,
            metadata,
            sa.Column("id", Id, primary_key=True),
            sa.Column("from_id", Id, sa.ForeignKey(f"{other}.id", name=f"fk_{one}_from")),
            **TABLE_ARGS,
        )
    return metadata


def again(engine: sa.Engine, metadata: sa.MetaData) -> str:
    with engine.connect() as connection:
        return str(plan(connection, metadata, ledger.our_tables(connection)))


def test_what_was_made_differs_in_nothing(engine: sa.Engine) -> None:
    at_start(engine, everything())
    assert again(engine, everything()) == ""


def test_tables_that_point_at_each_other_are_made(engine: sa.Engine) -> None:
    at_start(engine, circle())
    assert again(engine, circle()) == ""


def test_the_tables_of_flask_appbuilder_are_made_and_differ_in_nothing(engine: sa.Engine) -> None:
    import flask_appbuilder.security.sqla.models  # noqa: F401
    from flask_appbuilder import Model

    metadata = sa.MetaData()
    for table in Model.metadata.tables.values():
        if table.name.startswith("ab_"):
            table.to_metadata(metadata)
    at_start(engine, metadata)
    assert again(engine, metadata) == ""

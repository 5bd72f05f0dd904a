"""Which changes are made by themselves, which wait for a word, which cannot be made."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fab_app.store.apply import apply, at_start
from fab_app.store.engine import Id
from fab_app.store.plan import Grade, PlanNeeded
from tests.store.shop import (
    before,
    code,
    note,
    owner,
    planned,
    points,
    price,
    rows,
    settled,
    shop,
)

ADDITIONS = {
    "an empty column": shop(code(), price(), note(), owner(), sa.Column("more", sa.Date)),
    "a column with a default": shop(
        code(), price(), note(), owner(), sa.Column("more", sa.Integer, nullable=False, server_default="7")
    ),
    "a moment with the present as default": shop(
        code(),
        price(),
        note(),
        owner(),
        sa.Column("made", sa.DateTime, server_default=sa.func.current_timestamp()),
    ),
    "a column that points": shop(
        code(),
        price(),
        note(),
        owner(),
        sa.Column("buyer_id", Id, sa.ForeignKey("shop_owner.id", name="fk_buyer")),
    ),
    "an index": shop(code(), price(), note(), owner(), sa.Index("ix_shop_order_code", "code")),
    "a unique rule that fits": shop(
        code(), price(), note(), owner(), sa.UniqueConstraint("price", name="uq_price")
    ),
    "a longer text": shop(code(50), price(), note(), owner()),
    "an endless text": shop(sa.Column("code", sa.Text), price(), note(), owner()),
    "a larger number": shop(code(), price(), note(), sa.Column("owner_id", sa.BigInteger)),
}


@pytest.mark.parametrize("name", ADDITIONS)
def test_additions_are_made_at_the_start_and_no_row_changes(filled: sa.Engine, name: str) -> None:
    names = ("id", "code", "price", "note", "owner_id")
    was = rows(filled, "shop_order", *names)
    at_start(filled, ADDITIONS[name])
    assert rows(filled, "shop_order", *names) == was and settled(filled, ADDITIONS[name])


OTHERS: dict[str, tuple[sa.MetaData, list[tuple[str, str, str, int]]]] = {
    "shorter, fits": (shop(code(2), price(), note(), owner()), [("shorter", "code", "check", 0)]),
    "shorter, too short": (
        shop(code(), price(sa.String(4)), note(), owner()),
        [("shorter", "price", "check", 2)],
    ),
    "filled": (shop(code(nullable=False), price(), note(), owner()), [("required", "code", "check", 0)]),
    "not filled": (shop(code(), price(), note(nullable=False), owner()), [("required", "note", "check", 1)]),
    "double": (
        shop(code(), price(), note(), owner(), sa.UniqueConstraint("code", name="uq_code")),
        [("unique", "uq_code", "check", 2)],
    ),
    "astray": (
        shop(code(), price(), note(), owner(points())),
        [("foreign key", "fk_shop_order_owner_id", "check", 1)],
    ),
    "column gone": (shop(code(), price(), owner()), [("column gone", "note", "loses", 2)]),
    "no default": (
        shop(code(), price(), note(), owner(), sa.Column("more", sa.Integer, nullable=False)),
        [("column", "more", "check", 3)],
    ),
    "other type, means something": (
        shop(code(), price(), note(), sa.Column("owner_id", sa.String(5))),
        [("type", "owner_id", "check", 0)],
    ),
    "other type, some mean nothing": (
        shop(code(), price(sa.Numeric(8, 2)), note(), owner()),
        [("type", "price", "loses", 1)],
    ),
}
POSSIBLE = {name for name, (_, made) in OTHERS.items() if made[0][2] == "loses" or not made[0][3]}


def test_a_grade_that_was_not_allowed_changes_nothing(filled: sa.Engine) -> None:
    with pytest.raises(PlanNeeded):
        apply(filled, planned(filled, shop(code(), price(), owner())), {Grade.check})
    assert str(planned(filled, before())) == ""


def test_a_plan_reads_as_sentences(filled: sa.Engine) -> None:
    made = planned(filled, shop(code(20), price(sa.Numeric(8, 2)), owner(), sa.Column("day", sa.Date)))
    lines = [line for line in str(made).splitlines() if "written anew" not in line and "Index" not in line]
    assert "\n".join(lines).replace("DECIMAL", "NUMERIC") == (
        "                  safe: Column shop_order.day is new.\n"
        "                  safe: Column shop_order.code becomes wider: VARCHAR(20).\n"
        "            loses data: Column shop_order.price changes from VARCHAR(10) to NUMERIC(8,2); "
        "the old one is kept as zz_20261122_price; 1 row is meaningless.\n"
        "            loses data: Column shop_order.note is no longer defined; "
        "its 2 values are kept as zz_20261122_note."
    )

"""Rows live through changes of their definitions, crashes and races."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa

from fab_app.store import apply as making
from fab_app.store.apply import apply, at_start
from fab_app.store.change import Change
from fab_app.store.engine import TABLE_ARGS, Id, make_engine, writing
from fab_app.store.plan import Grade, PlanNeeded
from tests.store.shop import (
    EVERYTHING,
    before,
    code,
    graded,
    note,
    owner,
    planned,
    price,
    rows,
    settled,
    shop,
)


def test_a_removed_column_is_kept_aside_and_can_be_taken_back(filled: sa.Engine) -> None:
    without = shop(code(), price(), owner())
    apply(filled, planned(filled, without), EVERYTHING)
    assert rows(filled, "shop_order", "zz_20261122_note") == [("first",), (None,), ("第三",)]
    back = planned(filled, before(), {("shop_order", "zz_20261122_note"): "note"})
    apply(filled, back)
    assert rows(filled, "shop_order", "note") == [("first",), (None,), ("第三",)] and settled(
        filled, before()
    )


def test_a_column_set_aside_survives_later_changes_and_no_longer_must_be_filled(filled: sa.Engine) -> None:
    apply(filled, planned(filled, shop(code(nullable=False), price(), note(), owner())), EVERYTHING)
    after = shop(price(), note(), owner())
    apply(filled, planned(filled, after), EVERYTHING)
    stricter = shop(price(nullable=False), note(), owner())
    apply(filled, planned(filled, stricter), EVERYTHING)
    with writing(filled) as connection:
        connection.execute(stricter.tables["shop_order"].insert().values(id=4, price="1"))
    assert rows(filled, "shop_order", "zz_20261122_code") == [("A1",), ("B2",), ("B2",), (None,)]


def test_a_removed_table_is_kept_aside_and_its_names_are_free(filled: sa.Engine) -> None:
    without = sa.MetaData()
    before().tables["shop_owner"].to_metadata(without)
    apply(filled, planned(filled, without), EVERYTHING)
    assert len(rows(filled, "zz_20261122_shop_order")) == 3 and settled(filled, without)
    at_start(filled, before())
    assert settled(filled, before())


def test_a_changed_type_keeps_what_means_something_and_the_old_values(filled: sa.Engine) -> None:
    apply(filled, planned(filled, shop(code(), price(sa.Numeric(8, 2)), note(), owner())), EVERYTHING)
    found = [
        (None if now is None else float(now), old)
        for now, old in rows(filled, "shop_order", "price", "zz_20261122_price")
    ]
    assert found == [(10.0, "10"), (12.5, "12.50"), (None, "cheap")]


def test_indexes_over_a_column_of_a_changed_type_are_made_anew(filled: sa.Engine) -> None:
    index = sa.Index("ix_shop_order_note_code", "code", "owner_id")
    metadata = shop(code(), price(), note(), sa.Column("owner_id", sa.String(5)), index)
    apply(filled, planned(filled, metadata), EVERYTHING)
    names = [one["column_names"] for one in sa.inspect(filled).get_indexes("shop_order")]
    assert names == [["code", "owner_id"]] and settled(filled, metadata)


def test_renames_keep_rows_indexes_and_references(filled: sa.Engine) -> None:
    side = sa.Index("ix_shop_order_note_code", "number", "owner_id")
    metadata = shop(sa.Column("number", sa.String(10)), price(), note(), owner(), side, name="shop_purchase")
    renames = {("shop_order", ""): "shop_purchase", ("shop_purchase", "code"): "number"}
    made = planned(filled, metadata, renames)
    assert graded(made) == [("rename", "shop_order", "safe", 0), ("rename", "code", "safe", 0)]
    with pytest.raises(PlanNeeded):
        at_start(filled, metadata, renames)
    apply(filled, made)
    assert rows(filled, "shop_purchase", "number") == [("A1",), ("B2",), ("B2",)]
    assert settled(filled, metadata) and str(planned(filled, metadata, renames)) == ""


def test_rules_that_go_are_named(filled: sa.Engine) -> None:
    unique = sa.UniqueConstraint("price", name="uq_price")
    buyer = sa.Column("buyer_id", Id, sa.ForeignKey("shop_owner.id", name="fk_buyer"))
    at_start(filled, shop(code(), price(), note(), owner(), unique, buyer))
    metadata = shop(code(), price(), note(), owner(), sa.Column("buyer_id", Id))
    made = planned(filled, metadata)
    assert {one[:1] + one[2:] for one in graded(made)} == {
        ("unique gone", "safe", 0),
        ("foreign key gone", "safe", 0),
    }
    apply(filled, made)
    assert settled(filled, metadata)


def test_tables_of_others_are_never_touched(filled: sa.Engine) -> None:
    with writing(filled) as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (id INTEGER PRIMARY KEY, name VARCHAR(5))")
    assert str(planned(filled, before())) == ""
    metadata = before()
    sa.Table("theirs", metadata, sa.Column("id", Id, primary_key=True))
    with pytest.raises(PlanNeeded, match="Table theirs stands already, is not ours and differs") as stopped:
        at_start(filled, metadata)
    with pytest.raises(PlanNeeded):
        apply(filled, stopped.value.plan, frozenset(Grade))
    assert {column["name"] for column in sa.inspect(filled).get_columns("theirs")} == {"id", "name"}


def test_a_table_of_others_that_fits_becomes_ours_only_when_allowed(engine: sa.Engine) -> None:
    before().create_all(engine)
    with pytest.raises(PlanNeeded) as stopped:
        at_start(engine, before())
    apply(engine, stopped.value.plan, {Grade.check})
    assert settled(engine, before())


def test_a_changed_primary_key_is_left_to_people(filled: sa.Engine) -> None:
    metadata = sa.MetaData()
    before().tables["shop_owner"].to_metadata(metadata)
    columns = (sa.Column("id", Id), code(), price(), note(), owner())
    sa.Table("shop_order", metadata, *columns, sa.PrimaryKeyConstraint("code", name="pk_order"), **TABLE_ARGS)
    assert graded(planned(filled, metadata)) == [("primary key", "", "blocked", 0)]


def test_a_plan_is_not_applied_to_a_database_that_has_become_another(filled: sa.Engine) -> None:
    made = planned(filled, shop(code(), price(), owner()))
    with writing(filled) as connection:
        connection.exec_driver_sql("UPDATE shop_order SET note = NULL")
    with pytest.raises(PlanNeeded):
        apply(filled, made, EVERYTHING)
    assert str(planned(filled, before())) == ""


def test_the_usual_start_is_one_statement(filled: sa.Engine) -> None:
    seen: list[str] = []
    sa.event.listen(filled, "before_cursor_execute", lambda *at: seen.append(at[2]))
    at_start(filled, before())
    assert len([one for one in seen if not one.startswith("BEGIN")]) == 1


def test_a_change_that_is_cut_short_again_and_again_is_completed(
    filled: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each turn dies one step later; MariaDB has then kept the steps before."""
    more = sa.Column("more", sa.Integer, nullable=False, server_default="7")
    unique = sa.UniqueConstraint("code", "price", name="uq_code_price")
    metadata = shop(code(nullable=False), price(sa.Numeric(8, 2)), owner(), more, unique)
    sa.Table("shop_new", metadata, sa.Column("id", Id, primary_key=True), **TABLE_ARGS)
    for turn in range(6):
        with monkeypatch.context() as patched:
            patched.setattr(making, "_carry_out", dying_after(turn))
            with suppress(Died):
                apply(filled, planned(filled, metadata), EVERYTHING)
    apply(filled, planned(filled, metadata), EVERYTHING)
    assert settled(filled, metadata)
    found = [
        (one[0], None if one[1] is None else float(one[1]))
        for one in rows(filled, "shop_order", "code", "price")
    ]
    assert found == [("A1", 10.0), ("B2", 12.5), ("B2", None)]


class Died(BaseException):
    pass


def dying_after(steps: int) -> Callable[[sa.Connection, Change], None]:
    carry_out, left = making._carry_out, [None] * steps

    def dying(connection: sa.Connection, change: Change) -> None:
        for step in change.steps:
            if not left:
                raise Died
            left.pop()
            carry_out(connection, replace(change, steps=(step,)))

    return dying


def test_processes_that_start_together_make_the_tables_once(engine: sa.Engine) -> None:
    def start(turn: int) -> int:
        own = make_engine(engine.url, poolclass=sa.NullPool)
        return len(at_start(own, before()).changes)

    with ThreadPoolExecutor(6) as threads:
        made = sorted(threads.map(start, range(6)))
    assert made == [0, 0, 0, 0, 0, 2] and settled(engine, before())

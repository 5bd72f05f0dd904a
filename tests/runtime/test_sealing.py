"""The audit log is a chain: what is changed, taken away or slipped in is found, also after it went to the archive."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.runtime import sealing
from fab_app.runtime.sealing import Verdict
from tests.projects import Builder, Site

FILES = {
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}, sum: {type: money, label: 额}}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read, add, edit, delete]}\n",
}


@pytest.fixture(scope="module")
def shop(build: Builder, database: str) -> Site:
    return build(FILES, database)


@pytest.fixture
def fresh(project: Builder) -> Site:
    return project(FILES)


def seal(site: Site) -> int:
    with site.acting() as system:
        return sealing.seal(site.world, system.writer.session)


def verified(site: Site, noted: str = "") -> Verdict:
    with site.acting() as system:
        return sealing.verified(site.world, system.writer.session, noted)


def orders(site: Site, number: int = 3) -> None:
    for index in range(number):
        with site.acting("clerk") as clerk:
            clerk.writer.create(site.entity("order"), {"name": f"甲{index}", "sum": "12.50"})


def entries(site: Site) -> sa.Table:
    return site.world.tables.of("base.audit").table


def change(site: Site, statement: Any) -> None:
    with site.engine.begin() as connection:
        connection.execute(statement)


def last(site: Site) -> int:
    return max(row["id"] for row in site.platform("base_audit"))


# --- sealing -------------------------------------------------------------------------------------


def test_what_was_written_is_sealed_once_and_verified(shop: Site) -> None:
    orders(shop)
    sealed = seal(shop)
    orders(shop, 2)
    found = (seal(shop), seal(shop), verified(shop))
    assert sealed >= 3 and found[:2] == (2, 0)
    assert (found[2].wrong, found[2].unsealed, found[2].entries) == ((), 0, len(shop.platform("base_audit")))


def test_saving_costs_no_statement_for_the_chain(shop: Site) -> None:
    with shop.statements() as found:
        orders(shop, 1)
    assert [text for text in found if "base_audit_seal" in text] == []
    assert len([text for text in found if "base_audit" in text]) == 1


def test_entry_committed_late_is_sealed_late(shop: Site) -> None:
    """Its number lies below that of entries that are sealed already."""
    orders(shop, 2)
    late = last(shop) - 1
    seal(shop)
    seals = shop.world.tables.platform("base_audit_seal")
    with shop.engine.begin() as connection:  # as if it had been open in a transaction meanwhile
        top = connection.scalar(sa.select(sa.func.max(seals.c.id)))
        connection.execute(sa.delete(seals).where(seals.c.id == top))
        connection.execute(sa.update(entries(shop)).where(entries(shop).c.seal == top).values(seal=None))
        row = dict(
            connection.execute(sa.select(entries(shop)).where(entries(shop).c.id == late)).mappings().one()
        )
        connection.execute(sa.delete(entries(shop)).where(entries(shop).c.id == late))
    seal(shop)
    change(shop, sa.insert(entries(shop)).values(row))
    assert (seal(shop), verified(shop).wrong) == (1, ())


def test_many_entries_are_sealed_in_batches(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(shop, 5)
    with shop.acting() as system:
        counts = []
        while count := sealing.seal(shop.world, system.writer.session, most=2):
            counts.append(count)
    assert counts == [2, 2, 1] and verified(shop).wrong == ()


def test_job_seals_what_stands(fresh: Site) -> None:
    orders(fresh)
    from fab_app.jobs.outbox import enqueue

    session = fresh.here.session
    enqueue(session.execute, sealing.SEAL, {}, portal="base")
    session.commit()
    session.remove()
    fresh.here.jobs.drain()
    assert verified(fresh).unsealed == 0


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("account", "somebody"),
        ("changes", {"name": [None, "乙"]}),
        ("record_id", 99),
        ("action", "edit"),
        ("address", "x"),
    ],
)
def test_changed_entry_is_found(fresh: Site, column: str, value: Any) -> None:
    orders(fresh)
    seal(fresh)
    change(fresh, sa.update(entries(fresh)).where(entries(fresh).c.id == last(fresh)).values({column: value}))
    assert ["was changed" in sentence for sentence in verified(fresh).wrong] == [True]


def test_entry_that_was_taken_away_is_found(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    change(fresh, sa.delete(entries(fresh)).where(entries(fresh).c.id == last(fresh) - 1))
    assert ["are there" in sentence for sentence in verified(fresh).wrong] == [True]


def test_entry_that_was_slipped_in_is_found(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    row = {
        **next(r for r in fresh.platform("base_audit") if r["id"] == last(fresh) - 1),
        "uuid": "u",
        "id": last(fresh),
    }
    change(
        fresh, sa.update(entries(fresh)).where(entries(fresh).c.id == last(fresh)).values(id=last(fresh) + 50)
    )
    change(fresh, sa.insert(entries(fresh)).values(row))
    assert verified(fresh).wrong != ()


def test_seal_that_was_made_anew_does_not_fit_the_next(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    orders(fresh)
    seal(fresh)
    seals = fresh.world.tables.platform("base_audit_seal")
    change(fresh, sa.update(seals).where(seals.c.id == 1).values(digest="0" * 64))
    wrong = verified(fresh).wrong
    assert any("was changed" in told for told in wrong) and any("does not follow" in told for told in wrong)


def test_newest_seals_that_were_taken_away_are_found_by_who_noted_the_head(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    orders(fresh)
    seal(fresh)
    noted = verified(fresh).head
    seals = fresh.world.tables.platform("base_audit_seal")
    change(fresh, sa.delete(seals).where(seals.c.id == 2))
    change(fresh, sa.delete(entries(fresh)).where(entries(fresh).c.seal == 2))
    assert verified(fresh).wrong == () and len(verified(fresh, noted).wrong) == 1


# --- retention -----------------------------------------------------------------------------------


def archived(site: Site, days: float) -> int:
    older = site.world.clock.now() - timedelta(days=days)
    with site.acting() as system:
        return sealing.archive(site.world, system.writer.session, older)


def test_old_entries_go_to_the_archive_and_stay_verifiable(shop: Site) -> None:
    orders(shop, 2)
    seal(shop)
    before = {row["uuid"] for row in shop.platform("base_audit")}
    assert archived(shop, days=1) == 0
    count = archived(shop, days=-1)
    gone = before - {row["uuid"] for row in shop.platform("base_audit")}
    key = next(row["archive"] for row in shop.platform("base_audit_seal") if row["archive"])
    lines = [json.loads(text) for text in gzip.decompress(shop.world.blobs.get(key)).decode().split("\n")]
    assert count == len(gone) == len(lines) and {row["uuid"] for row in lines} == gone
    assert verified(shop).wrong == ()


def test_archive_that_was_changed_or_lost_is_found(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    archived(fresh, days=-1)
    seals = fresh.world.tables.platform("base_audit_seal")
    (row,) = fresh.platform("base_audit_seal")
    lines = sealing.unpacked(fresh.world.blobs.get(row["archive"]))
    forged = fresh.world.blobs.put(sealing.packed([*lines[:-1], lines[-1].replace("甲", "乙")]))
    change(fresh, sa.update(seals).values(archive=forged))
    changed = verified(fresh).wrong
    fresh.world.blobs.delete([forged])
    assert "was changed" in changed[0] and "cannot be read" in verified(fresh).wrong[0]


def test_what_was_tampered_with_is_not_archived(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    change(fresh, sa.update(entries(fresh)).where(entries(fresh).c.id == last(fresh)).values(account="x"))
    assert archived(fresh, days=-1) == 0 and len(fresh.platform("base_audit")) >= 3


def test_what_is_not_sealed_is_not_archived(fresh: Site) -> None:
    orders(fresh)
    assert archived(fresh, days=-1) == 0


def test_chain_goes_on_after_everything_is_archived(fresh: Site) -> None:
    orders(fresh)
    seal(fresh)
    archived(fresh, days=-1)
    orders(fresh, 1)
    assert (seal(fresh), verified(fresh).wrong, verified(fresh).seals) == (1, (), 2)

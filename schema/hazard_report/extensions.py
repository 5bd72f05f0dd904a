"""What no single record can know of itself: the reconciliation (H-240), and how much waits too long (H-221, H-222)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from fab_app.core.extension import effect, job
from fab_app.runtime.notices.telling import notify

BOOKED = ("approved", "paid")


@effect
def reconcile(doing: Any) -> None:
    """Counts what breaks each invariant and writes it into the record of this run."""
    broken = dict(_broken(doing))
    lines = [f"{name}：{'通过' if not count else f'{count}处不符'}" for name, count in broken.items()]
    result = "broken" if any(broken.values()) else "even"
    doing.writer.change(doing.entity, doing.id, {"result": result, "findings": "\n".join(lines)})


def _broken(doing: Any) -> Iterator[tuple[str, int]]:
    world = doing.writer.world

    def table(name: str) -> sa.Table:
        found: sa.Table = world.stored(world.manifest.entity("hazard_report", name)).table
        return found

    def count(*where: Any, of: Any) -> int:
        return int(doing.writer.fetch(sa.select(sa.func.count()).select_from(of).where(*where)).scalar_one())

    account, ledger, claim, report = map(table, ("hr_account", "hr_ledger", "hr_claim", "hr_report"))
    booked = sa.select(sa.func.coalesce(sa.func.sum(ledger.c.amount), 0)).where(
        ledger.c.account == account.c.id
    )
    before = sa.func.lag(ledger.c.balance_after).over(partition_by=ledger.c.account, order_by=ledger.c.id)
    chain = sa.select(ledger.c.amount, ledger.c.balance_after, before.label("before")).subquery()
    yield "I1 余额不为负", count(account.c.balance < 0, of=account)
    yield "I2 余额等于流水合计", count(account.c.balance != booked.scalar_subquery(), of=account)
    step = sa.func.coalesce(chain.c.before, 0) + chain.c.amount
    yield "I3 每笔余额承接上一笔", count(chain.c.balance_after != step, of=chain)

    def entries(kind: str) -> Any:
        mine = (ledger.c.related_claim == claim.c.id, ledger.c.entry_type == kind)
        return sa.select(sa.func.count()).where(*mine).scalar_subquery()

    net = entries("reward_payout") - entries("payout_reversal")
    wanted = sa.case((claim.c.status.in_(BOOKED), 1), else_=0)
    yield "I4 扣款与退回相抵", count(net != wanted, of=claim)
    keys = sa.select(ledger.c.idempotency_key).group_by(ledger.c.idempotency_key).having(sa.func.count() > 1)
    yield "I5 幂等键唯一", count(of=keys.subquery())
    yield "I6 流水未被改动", count(ledger.c.version > 1, of=ledger)
    told = claim.join(report, report.c.id == claim.c.report)
    yield "I7 奖金等于核实的奖励", count(claim.c.amount != report.c.reward_amount, of=told)
    charge = ledger.alias()
    mine = (charge.c.related_claim == claim.c.id, charge.c.entry_type == "reward_payout")
    last = sa.select(sa.func.max(charge.c.id)).where(*mine).correlate(claim)
    charged = claim.join(ledger, ledger.c.id == last.scalar_subquery())
    apart = (claim.c.status.in_(BOOKED), ledger.c.agency != claim.c.paying_agency)
    yield "I8 扣款机构即承担机构", count(*apart, of=charged)


@job
def waiting(work: Any) -> None:
    """Tells the administrators each morning how many payouts and reviews wait longer than the settings allow (N28)."""
    settings, world, writer = work.world.tables.settings.of("hazard_report"), work.world, work.writer()
    waits = (
        ("N28", "hr_claim", "approved", "approved_at", "payout_remind_days"),
        ("N28_review", "hr_agency", "pending", "submitted_at", "review_remind_days"),
    )
    for notice, name, state, since, setting in waits:
        entity, days = world.manifest.entity("hazard_report", name), settings[setting]
        table = world.stored(entity).table
        column = {name: table.c[entity.columns[name]] for name in ("status", since)}
        late = (column["status"] == state, column[since] < world.clock.now() - timedelta(days))
        rows = writer.access.predicate(entity.key, "read", table)
        ids = sorted(writer.fetch(sa.select(table.c.id).where(rows, *late)).scalars())
        if ids:
            values = {"n": len(ids), "days": days}
            notify(writer, entity, ids[0], notice, (), values, str(world.clock.today("Asia/Shanghai")))

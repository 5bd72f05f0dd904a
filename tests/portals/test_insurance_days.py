"""What every record of a service is judged by (A-042): its number, its day, how many files it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tests.portals.insurance import RECORDS, at, order_of
from tests.portals.moving import policy
from tests.portals.test_insurance_records import enter
from tests.projects import PDF, PNG, Browser, Site

KINDS = tuple(f"{kind}_record" for kind in RECORDS)
PREFIXES = dict(zip(KINDS, ("PX", "FX", "PC", "BZ", "YJ", "KJ", "QT"), strict=True))


@pytest.fixture
def period(site: Site) -> Iterator[dict[str, Any]]:
    """The policy of the served order; afterwards its days are what they were."""
    id_ = policy(site, "P-002")
    row = site.row("policy", id_)
    yield row
    site.set("policy", id_, start_date=row["start_date"], end_date=row["end_date"])


def runs(site: Site, period: dict[str, Any], first: date, last: date) -> None:
    site.set("policy", period["id"], start_date=first, end_date=last)


@pytest.mark.req("A-042")
@pytest.mark.parametrize("kind", KINDS)
def test_number_begins_with_its_kind_and_day_and_counts_on(
    site: Site, staff: Browser, order: int, today: date, kind: str
) -> None:
    made = []
    for _ in range(2):
        assert enter(staff, kind, order, today).status == 303
        made.append(site.rows(kind)[-1]["record_no"])
    head = f"{PREFIXES[kind]}{today:%Y%m%d}"
    assert [no[:-4] for no in made] == [head, head]
    assert int(made[1][-4:]) == int(made[0][-4:]) + 1


@pytest.mark.req("A-042")
@pytest.mark.parametrize("kind", ["training_record", "other_record"])
def test_day_lies_not_before_the_policy_begins(
    site: Site, staff: Browser, order: int, today: date, period: dict[str, Any], kind: str
) -> None:
    first = today - timedelta(days=5)
    runs(site, period, first, today + timedelta(days=60))
    before = len(site.rows(kind))
    early = enter(staff, kind, order, first - timedelta(days=1))
    assert (early.status, early.errors["service_date"]) == (422, "服务日期不能早于保险起期")
    assert len(site.rows(kind)) == before
    assert enter(staff, kind, order, first).status == 303


@pytest.mark.req("A-042")
@pytest.mark.parametrize("kind", ["training_record", "other_record"])
def test_day_lies_at_most_thirty_days_after_the_policys_end(
    site: Site, staff: Browser, order: int, today: date, period: dict[str, Any], kind: str
) -> None:
    runs(site, period, today - timedelta(days=90), today - timedelta(days=31))
    before = len(site.rows(kind))
    late = enter(staff, kind, order, today)
    assert (late.status, late.errors["service_date"]) == (422, "服务日期不能晚于保险止期后30天")
    assert len(site.rows(kind)) == before
    assert enter(staff, kind, order, today - timedelta(days=1)).status == 303


@pytest.mark.req("A-042", "A-158")
@pytest.mark.parametrize("kind", KINDS)
def test_day_is_not_to_come(site: Site, staff: Browser, order: int, today: date, kind: str) -> None:
    before = len(site.rows(kind))
    answer = enter(staff, kind, order, today + timedelta(days=1))
    assert (answer.status, answer.errors["service_date"]) == (422, "服务日期不能晚于今天")
    assert len(site.rows(kind)) == before


@pytest.mark.req("A-042")
@pytest.mark.parametrize(("field", "picture"), [("attachments", False), ("photos", True)])
def test_twenty_files_are_taken_and_one_more_is_not(
    site: Site, staff: Browser, order: int, today: date, field: str, picture: bool
) -> None:
    content, name = (PNG, "a.png") if picture else (PDF, "a.pdf")

    def files(count: int) -> list[str]:
        return ["", *(str(staff.file("other_record", field, content, name)) for _ in range(count))]

    before = len(site.rows("other_record"))
    refused = enter(staff, "other_record", order, today, **{field: files(21)})
    assert (refused.status, set(refused.errors)) == (422, {field})
    assert len(site.rows("other_record")) == before
    assert enter(staff, "other_record", order, today, **{field: files(20)}).status == 303
    made = site.rows("other_record")[-1]["id"]
    kept = [
        row
        for row in site.platform("base_file")
        if (row["entity"], row["record_id"], row["field"]) == ("other_record", made, field)
    ]
    assert len(kept) == 20


@pytest.mark.req("A-042", "A-153")
def test_record_is_entered_while_its_order_is_served_alone(site: Site, staff: Browser, today: date) -> None:
    order = order_of(site, "P-002")
    for state in ("finished", "terminated"):
        site.set("service_order", order, status=state)
        try:
            answers = [
                staff.post(at(kind, f"add?of=order_id:{order}"), {"title": "迟", "content": "迟"})
                for kind in KINDS
            ]
            pages = [staff.get(at(kind, f"list/?of=order_id:{order}")) for kind in KINDS]
        finally:
            site.set("service_order", order, status="serving")
        assert {answer.status for answer in answers} == {409}
        assert [page.status for page in pages] == [200] * 7
        assert not [1 for page in pages if "/add?of=" in page.html or "/edit/" in page.html]

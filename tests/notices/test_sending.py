"""The outbox: sent after the commit, tried again, given up, resent, never two at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.jobs.clock import RealClock
from fab_app.runtime.notices.sending import KIND, WAITS, attempt, deliver, deliver_due, resend
from fab_app.runtime.notices.telling import notify
from fab_app.runtime.world import World
from tests.notices.fakes import Gateway, gateway
from tests.notices.test_telling import HOME, filed, rows
from tests.projects import Builder, Site

SECRET = """
  opened:
    about: order
    title: 口令
    text: "订单{no}"
    sms_text: "订单{no}的口令{code}"
    extra: [code]
    sensitive: [code]
    to: [{phone: customer.phone}]
"""


@pytest.fixture
def there() -> Iterator[Gateway]:
    with gateway() as told:
        yield told


@pytest.fixture
def site(build: Builder, database: str, there: Gateway) -> Site:
    files = {**HOME, "schema/shop/portal.yaml": HOME["schema/shop/portal.yaml"] + SECRET.lstrip("\n")}
    site = build(files, database)
    object.__setattr__(site.world, "channels", opened(there))
    return site


def opened(there: Gateway) -> Any:
    from fab_app.channels.family import opened as all_of

    return all_of({"FAB_APP_SMS_URL": there.url})


def only(site: Site) -> dict[str, Any]:
    (row,) = rows(site, "base.delivery")
    return row


def later(site: Site, **ahead: int) -> World:
    return replace(site.world, clock=RealClock(timedelta(**ahead)))


def test_it_is_sent_by_a_job_after_the_commit(site: Site, there: Gateway) -> None:
    filed(site)
    assert (there.asked, only(site)["status"]) == ([], "queued")
    site.here.jobs.drain()
    assert [asked.json["text"] for asked in there.asked] == ["订单A1已提交"]
    assert (only(site)["status"], only(site)["receipt"], only(site)["attempts"]) == ("sent", "r1", 1)


def test_a_failure_is_tried_again_later_under_the_same_id(site: Site, there: Gateway) -> None:
    there.answers = [(500, {}), (200, {"id": "r2"})]
    filed(site)
    assert deliver_due(site.world, site.engine) == 0
    assert deliver_due(site.world, site.engine) == 0  # not before its time
    assert (only(site)["status"], only(site)["error"]) == ("queued", "the other side answers 500")
    assert deliver_due(later(site, minutes=2), site.engine) == 1
    assert len({asked.json["id"] for asked in there.asked}) == 1
    assert (only(site)["status"], only(site)["error"]) == ("sent", None)


def test_the_job_asks_for_the_next_attempt(site: Site, there: Gateway) -> None:
    there.answers = [(500, {})]
    filed(site)
    site.here.jobs.drain()
    states = {run["state"]: run["due_at"] for run in site.platform("base_job_run") if run["kind"] == KIND}
    assert (sorted(states), states["waiting"]) == (["done", "waiting"], only(site)["next_at"])


def test_after_the_last_wait_it_has_failed_and_can_be_resent(site: Site, there: Gateway) -> None:
    there.answers = [(500, {})]
    filed(site)
    for day in range(len(WAITS) + 1):
        deliver_due(later(site, days=day), site.engine)
    assert (only(site)["status"], only(site)["attempts"]) == ("failed", len(WAITS) + 1)
    there.answers = [(200, {})]
    with site.acting() as system:
        assert resend(site.world, system.writer.session, only(site)["id"])
    assert deliver_due(site.world, site.engine) == 1


def test_whoever_may_sends_again_what_has_failed_and_nothing_else(site: Site, there: Gateway) -> None:
    there.answers = [(400, {})]
    filed(site)
    id_, admin = only(site)["id"], site.as_("admin")
    waits = admin.post(f"/base/delivery/do/resend/{id_}")
    deliver_due(site.world, site.engine)
    assert (waits.status, only(site)["status"]) == (409, "failed")
    assert "重发" in admin.get(f"/base/delivery/show/{id_}").text
    assert admin.post(f"/base/delivery/do/resend/{id_}").status == 303
    assert (only(site)["status"], only(site)["attempts"]) == ("queued", 0)
    there.answers = [(200, {})]
    assert (deliver_due(site.world, site.engine), only(site)["status"]) == (1, "sent")
    assert admin.post(f"/base/delivery/do/resend/{id_}").status == 409


def test_what_held_a_password_is_not_sent_again(site: Site, there: Gateway) -> None:
    there.answers = [(400, {})]
    told_secret(site)
    deliver_due(site.world, site.engine)
    answer = site.as_("admin").post(f"/base/delivery/do/resend/{only(site)['id']}")
    assert (answer.status, "密码不留存" in answer.text, only(site)["status"]) == (422, True, "failed")


def test_a_refusal_for_good_fails_at_once(site: Site, there: Gateway) -> None:
    there.answers = [(400, {})]
    filed(site)
    deliver_due(site.world, site.engine)
    assert (only(site)["status"], only(site)["attempts"]) == ("failed", 1)


def test_what_died_between_sending_and_marking_is_sent_once_more(site: Site, there: Gateway) -> None:
    """At least once: the second copy has the first one's id."""
    filed(site)
    table = site.world.tables.of("base.delivery").table
    with pytest.raises(KeyboardInterrupt):
        deliver(replace(site.world, channels=_dying(site)), site.engine, only(site)["id"])
    assert (len(there.asked), only(site)["status"]) == (1, "queued")
    assert deliver_due(site.world, site.engine) == 0  # the claim still stands
    site.here.jobs.drain()
    assert len(there.asked) == 1
    assert deliver_due(later(site, minutes=6), site.engine) == 1
    assert len({asked.json["id"] for asked in there.asked}) == 1
    assert len(rows(site, "base.delivery")) == 1
    assert table.name == "base_delivery"


def _dying(site: Site) -> dict[str, Any]:
    class Dying:
        def send(self, letter: Any) -> str:
            site.world.channels["sms"].send(letter)
            raise KeyboardInterrupt

    return {"sms": Dying()}


def test_of_two_workers_one_sends(site: Site, there: Gateway) -> None:
    filed(site)
    both, id_, found = Barrier(2), only(site)["id"], []

    def work() -> None:
        both.wait()
        found.append(deliver(site.world, site.engine, id_))

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(found), len(there.asked)) == ([False, True], 1)


def told_secret(site: Site) -> None:
    with site.acting() as system:
        customer = system.writer.create(site.entity("customer"), {"name": "张三", "phone": "13000000009"})
        order = system.writer.create(site.entity("order"), {"no": "A1", "customer": customer})
        notify(system.writer, site.entity("order"), order, "opened", (), {"code": "s3cret"})


def stored(site: Site) -> str:
    table = site.world.tables.of("base.delivery").table
    with site.engine.connect() as connection:
        return str([dict(row) for row in connection.execute(sa.select(table)).mappings()])


def test_what_is_sensitive_is_sent_and_stands_nowhere_afterwards(site: Site, there: Gateway) -> None:
    told_secret(site)
    assert only(site)["text"] == "订单A1的口令******"
    deliver_due(site.world, site.engine)
    assert there.asked[0].json["text"] == "订单A1的口令s3cret"
    assert "s3cret" not in stored(site)


def test_what_is_sensitive_is_not_kept_where_it_failed(site: Site, there: Gateway) -> None:
    there.answers = [(400, {})]
    told_secret(site)
    deliver_due(site.world, site.engine)
    assert "s3cret" not in stored(site)
    with site.acting() as system:
        assert not resend(site.world, system.writer.session, only(site)["id"])


def test_the_handler_is_the_one_that_is_named() -> None:
    from fab_app.runtime.working import KINDS

    assert KINDS["notices.deliver"] == f"{attempt.__module__}:{attempt.__name__}"


def test_of_two_who_tell_with_one_key_one_tells(site: Site) -> None:
    order, both, found = filed(site, key="first"), Barrier(2), []

    def tell() -> None:
        both.wait()
        with site.acting() as system:
            found.append(notify(system.writer, site.entity("order"), order, "filed", (), {"why": "-"}, "one"))

    threads = [Thread(target=tell) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(found), len(rows(site, "base.delivery"))) == ([0, 1], 2)

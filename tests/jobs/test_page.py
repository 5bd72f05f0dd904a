"""The page of background work: one's own, all of a portal by right, followed, stopped and tried again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.jobs.outbox import enqueue
from fab_app.jobs.run import Run
from fab_app.jobs.runner import Pace
from tests.projects import Builder, Site

FILES = {
    "schema/shop/order.yaml": "label: 订单\nfields: {name: {type: text, label: 名称}}\n",
    "schema/inn/room.yaml": "label: 房间\nfields: {name: {type: text, label: 名称}}\n",
    "permissions/shop/clerk.yaml": "label: 店员\nrows: {order: all}\nmay: {order: [read]}\n",
    "permissions/shop/waiter.yaml": "label: 服务员\nrows: {order: all}\nmay: {order: [read]}\n",
    "permissions/shop/boss.yaml": "label: 店长\njobs: all\nrows: {order: all}\nmay: {order: [read]}\n",
    "permissions/inn/host.yaml": "label: 掌柜\njobs: all\nrows: {room: all}\nmay: {room: [read]}\n",
}
Work = Callable[[Run], None]
SECRET = "110101199003070011"


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


def asked(site: Site, who: str = "clerk", title: str = "导出订单", **options: Any) -> str:
    arguments = options.pop("arguments", {})
    with site.acting() as system_:
        execute, of = system_.writer.session.execute, {"portal": "shop", "subject": site.id_of(who)}
        return enqueue(execute, "work", arguments, title=title, **of, **options)


def runs(site: Site, work: Work, attempts: int = 5) -> None:
    """Everything that is due runs with this handler."""
    pace = Pace(attempts=attempts)
    site.here.jobs.runner = replace(site.here.jobs.runner, handlers={"work": work}, pace=pace)
    site.here.jobs.drain()


def export(run: Run) -> None:
    run.log("读取 120 行")
    run.progress(120, 120)
    run.finish(url="/shop/order/list/", label="下载", text="共 120 行")


def broken(run: Run) -> None:
    from fab_app.core.problems import Refused

    raise Refused("表格太大")


def test_everyone_sees_his_own_and_who_may_sees_all(shop: Site) -> None:
    uuid = asked(shop, title="导出甲")
    address = f"/shop/jobs/{uuid}"
    seen = {who: "导出甲" in shop.as_(who).get("/shop/jobs/").text for who in ("clerk", "waiter", "boss")}
    found = {who: shop.as_(who).get(address).status for who in ("clerk", "waiter", "boss", "host")}
    assert seen == {"clerk": True, "waiter": False, "boss": True}
    assert found == {"clerk": 200, "waiter": 404, "boss": 200, "host": 404}


def test_administrator_sees_the_runs_of_all_portals(shop: Site) -> None:
    asked(shop, title="导出乙")
    assert "导出乙" in shop.as_("admin").get("/jobs/").text
    assert shop.as_("boss").get("/jobs/").status == 404


def test_run_tells_progress_log_and_fruit(shop: Site) -> None:
    uuid = asked(shop)
    runs(shop, export)
    page = shop.as_("clerk").get(f"/shop/jobs/{uuid}")
    assert all(word in page.text for word in ("已完成", "100%", "读取 120 行", "共 120 行", "下载"))


def test_page_asks_again_while_something_runs_and_stops_then(shop: Site) -> None:
    uuid, clerk = asked(shop), shop.as_("clerk")
    poll = {"HX-Request": "true", "HX-Trigger": "poll"}
    assert 'hx-trigger="every' in clerk.get(f"/shop/jobs/{uuid}").response.get_data(as_text=True)
    assert clerk.get(f"/shop/jobs/{uuid}", headers=poll).status == 200
    runs(shop, export)
    assert clerk.get(f"/shop/jobs/{uuid}", headers=poll).status == 286
    assert 'hx-trigger="every' not in clerk.get(f"/shop/jobs/{uuid}").response.get_data(as_text=True)


def test_program_follows_a_run_as_json(shop: Site) -> None:
    uuid = asked(shop)
    runs(shop, export)
    found = shop.as_("clerk", Accept="application/json").json(f"/shop/jobs/{uuid}")
    assert (found["state"], found["done"], found["result"]["url"]) == ("done", 120, "/shop/order/list/")


def test_waiting_run_is_stopped_and_tried_again_by_its_asker_only(shop: Site) -> None:
    uuid = asked(shop)
    state = lambda: next(r["state"] for r in shop.platform("base_job_run") if r["uuid"] == uuid)  # noqa: E731
    assert (shop.as_("waiter").post(f"/shop/jobs/{uuid}/cancel").status, state()) == (404, "waiting")
    assert (shop.as_("clerk").post(f"/shop/jobs/{uuid}/cancel").status, state()) == (303, "cancelled")
    assert (shop.as_("clerk").post(f"/shop/jobs/{uuid}/retry").status, state()) == (303, "waiting")


def test_failure_is_told_on_the_page_and_raises_an_alarm_in_the_list(shop: Site) -> None:
    uuid = asked(shop)
    runs(shop, broken)
    assert "表格太大" in shop.as_("clerk").get(f"/shop/jobs/{uuid}").text
    assert "个任务失败" in shop.as_("clerk").get("/shop/jobs/?tab=failed").text


def unforeseen(run: Run) -> None:
    """A statement with values of a record that the database refuses."""
    keep = sa.text("insert into nosuch (name) values (:name)")
    run.session.execute(keep, {"name": SECRET})


@pytest.mark.parametrize(("language", "words"), [("zh", "系统出错"), ("en", "Something went wrong")])
def test_fault_of_ours_is_a_number_on_the_page_and_the_rest_in_the_log(
    shop: Site, caplog: pytest.LogCaptureFixture, language: str, words: str
) -> None:
    uuid = asked(shop, arguments={"locale": language})
    runs(shop, unforeseen, attempts=1)
    clerk = shop.as_("clerk", Accept="application/json")
    told = clerk.json(f"/shop/jobs/{uuid}")["error"]
    number = re.search(r"\b[0-9A-F]{8}\b", told)
    assert number and words in told and number[0] in caplog.text and "nosuch" in caplog.text
    shown = told + caplog.text + shop.as_("clerk").get(f"/shop/jobs/{uuid}").html
    assert (SECRET in shown, "nosuch" in told, "insert into" in told) == (False, False, False)


@pytest.mark.parametrize(
    "query", ["tab=nosuch", "page=0", "page=x", "page=99999999999999999999", "tab=done&page=2"]
)
def test_bad_addresses_of_the_list_are_no_fault(shop: Site, query: str) -> None:
    assert shop.as_("clerk").get(f"/shop/jobs/?{query}").status == 200


def test_address_of_another_house_is_no_fruit(shop: Site) -> None:
    uuid = asked(shop)
    runs(shop, lambda run: run.finish(url="https://elsewhere.example/", label="下载"))
    assert "elsewhere" not in shop.as_("clerk").get(f"/shop/jobs/{uuid}").response.get_data(as_text=True)


def test_old_runs_go(shop: Site) -> None:
    from datetime import timedelta

    from fab_app.jobs import tidying
    from fab_app.store.job_tables import RUN

    old, failed, new = (asked(shop, title=title) for title in ("旧", "败", "新"))
    blobs = shop.world.blobs
    key = blobs.put(b"%PDF-")
    runs(shop, lambda run: run.finish(file={"key": key, "name": "a.pdf", "mime": "application/pdf"}))
    ago = shop.world.clock.now() - timedelta(days=31)
    with shop.engine.begin() as connection:
        connection.execute(sa.update(RUN).where(RUN.c.uuid.in_([old, failed])).values(ended_at=ago))
        connection.execute(sa.update(RUN).where(RUN.c.uuid == failed).values(state="failed"))
    asked(shop)
    runs(shop, tidying.handler(30, blobs))
    left = {row["uuid"] for row in shop.platform("base_job_run")}
    assert (old in left, failed in left, new in left) == (False, True, True)
    with pytest.raises(FileNotFoundError):
        blobs.get(key)


def test_file_of_a_run_is_for_who_asked_alone(shop: Site) -> None:
    uuid = asked(shop, who="clerk")
    key = shop.world.blobs.put(b"%PDF-x")
    runs(shop, lambda run: run.finish(file={"key": key, "name": "单.pdf", "mime": "application/pdf"}))
    address = f"/shop/jobs/{uuid}/file"
    got = shop.as_("clerk").client.get(address)
    assert (got.status_code, got.get_data()) == (200, b"%PDF-x")
    assert [shop.as_(who).get(address).status for who in ("boss", "waiter", "host")] == [404] * 3
    pages = [
        shop.as_(who).get(f"/shop/jobs/{uuid}").response.get_data(as_text=True) for who in ("clerk", "boss")
    ]
    assert [address in page for page in pages] == [True, False] and not any(key in page for page in pages)

"""People without an account are told over their channel, and what they did is told without their names."""

from __future__ import annotations

import pytest

from fab_app.runtime.notices.telling import notify
from tests.projects import Builder, Site
from tests.seats.home import HOME, filled, seated

NOTICES = """
notices:
  filed:
    about: report
    title: 已受理
    text: "您的举报{name}已受理"
    channels: [inapp, email]
    to: [{seats: id == outer.reporter}]
  waiting:
    about: report
    title: 待处理
    text: "新的举报{name}"
    also: [{when: secret is not none, text: "须保密。"}, {when: secret is none, text: "可公开。"}]
    to: [{seats: agency == outer.agency}, {seats: id == outer.reporter}, {seats: id == outer.reporter}]
"""
FILES = {
    **HOME,
    "schema/shop/portal.yaml": HOME["schema/shop/portal.yaml"].replace(
        "open: not blocked", "open: not blocked, told: follows"
    )
    + NOTICES,
    "schema/shop/person.yaml": HOME["schema/shop/person.yaml"]
    + "  follows: {type: bool, label: 关注, default: true}\n",
}


@pytest.fixture
def site(project: Builder, database: str) -> Site:
    return filled(project, database, FILES)


def tell(site: Site, event: str, id_: int) -> None:
    with site.acting() as system:
        notify(system.writer, site.entity("report"), id_, event)


def deliveries(site: Site) -> list[tuple[str, str, str]]:
    rows = site.platform("base_delivery")
    return [(row["channel"], row["address"], row["text"]) for row in rows]


def test_a_person_without_an_account_is_told_over_his_channel_alone(site: Site) -> None:
    tell(site, "filed", 2)
    assert deliveries(site) == [("wechat", "o-李", "您的举报李的举报已受理")]


def test_all_of_whom_the_rule_holds_are_told_once_each(site: Site) -> None:
    tell(site, "waiting", 1)
    assert [address for _, address, _ in deliveries(site)] == ["o-王", "o-张"]


def test_the_sentences_that_hold_of_the_record_follow(site: Site) -> None:
    site.set("report", 2, secret=None)
    tell(site, "waiting", 1)
    tell(site, "waiting", 2)
    assert {words for _, _, words in deliveries(site)} == {
        "新的举报张的举报须保密。",
        "新的举报李的举报可公开。",
    }


def test_a_delivery_knows_whom_and_what_it_is_about(site: Site) -> None:
    tell(site, "filed", 2)
    (row,) = site.platform("base_delivery")
    assert (row["reader"], row["about"], row["about_id"]) == ("李", "shop.report", 2)


def test_the_link_leads_to_the_page_on_the_phone(site: Site) -> None:
    tell(site, "filed", 2)
    (row,) = site.platform("base_delivery")
    assert row["link"] == "/shop/m/report/show/2"
    assert seated(site, 2).get(row["link"]).status == 200


def test_who_does_not_listen_any_more_is_skipped_and_never_sent_to(site: Site) -> None:
    site.set("person", 2, follows=False)
    tell(site, "filed", 2)
    site.here.jobs.drain()
    (row,) = site.platform("base_delivery")
    assert (row["status"], row["attempts"], row["sent_at"]) == ("skipped", 0, None)


def test_who_is_shut_out_is_told_nothing(site: Site) -> None:
    site.set("person", 2, blocked=True)
    tell(site, "filed", 2)
    assert deliveries(site) == []


def test_the_course_tells_the_kind_of_seat_and_no_name(site: Site) -> None:
    assert seated(site, 3).post("/shop/m/report/do/take/1", {"words": "已到现场"}).status == 303
    page = site.as_("clerk").get("/shop/report/show/1")
    line = page.root.one("ol", class_="k-line").text
    assert "微信用户" in line and "系统" not in line and "王" not in line

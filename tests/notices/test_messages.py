"""The message in the application: whose it is, the bell's number, opened and all read."""

from __future__ import annotations

import pytest

from tests.notices.test_telling import HOME, filed, rows
from tests.projects import Builder, Site


@pytest.fixture
def site(build: Builder) -> Site:
    site = build(HOME)
    filed(site, leader=site.users["clerk"])
    return site


def test_a_message_is_read_by_its_receiver_alone(site: Site) -> None:
    answers = {
        account: site.as_(account).json("/api/v1/base/message/")["count"] for account in ("clerk", "boss")
    }
    assert answers == {"clerk": 1, "boss": 0}
    assert site.as_("boss").get("/base/message/show/1").status == 404


def test_the_bell_counts_what_is_unread_in_two_statements(site: Site) -> None:
    clerk = site.as_("clerk")
    clerk.get("/shop/badges")
    with site.statements() as found:
        assert clerk.json("/shop/badges") == {"bell": 1}
    assert len(found) == 2


def test_an_opened_message_is_read_and_leads_to_its_record(site: Site) -> None:
    clerk = site.as_("clerk")
    page = clerk.get("/base/message/show/1")
    assert (page.status, page.location) == (303, "/shop/order/show/1")
    assert clerk.json("/shop/badges") == {"bell": 0}


def test_all_read_leaves_the_messages_of_others(site: Site) -> None:
    filed(site, key="b", leader=site.users["boss"])
    site.as_("clerk").post("/shop/messages/read")
    assert [row["read_at"] is None for row in rows(site, "base.message")] == [False, True]


def test_the_drop_down_shows_the_latest(site: Site) -> None:
    text = site.as_("clerk").get("/shop/messages").root.text
    assert "新订单A1" in text
    assert "新订单A1" not in site.as_("boss").get("/shop/messages").root.text


def test_nobody_changes_or_writes_a_message(site: Site) -> None:
    clerk = site.as_("clerk")
    assert clerk.post("/base/message/delete/1").status == 403
    assert clerk.get("/base/message/add").status == 403


def test_a_message_page_lists_one_s_own(site: Site) -> None:
    page = site.as_("clerk").get("/base/message/list/")
    assert page.status == 200
    assert "新订单A1" in page.text


def test_who_chooses_a_language_is_written_to_in_it(site: Site) -> None:
    site.as_("boss").get("/lang/en")
    filed(site, key="en", leader=site.users["boss"])
    assert rows(site, "base.message")[-1]["title"] == "New order A1"


def test_the_list_of_messages_has_its_place_in_the_crumbs(site: Site) -> None:
    assert 'aria-current="page">消息' in site.as_("clerk").get("/base/message/list/").response.get_data(
        as_text=True
    )

"""A record climbs its chain level by level; on each decides who holds the post at the level's organisation."""

from __future__ import annotations

import pytest

from tests.chains.town import agree, apply, do, tasks, town
from tests.projects import Builder, Site


@pytest.fixture(scope="module")
def site(build: Builder, database: str) -> Site:
    return town(build, database)


def test_levels_agree_one_after_another(site: Site) -> None:
    permit = apply(site)
    agree(site, permit, "jia_handler", "jia_leader")
    between = site.row("permit", permit)
    agree(site, permit, "prov_chief")
    after = site.row("permit", permit)
    assert (between["state"], between["step"], between["round"]) == ("in_review", "chief", 1)
    assert (after["state"], after["step"]) == ("approved", None)
    assert tasks(site, permit) == [("handler", "agreed"), ("leader", "agreed"), ("chief", "agreed")]
    assert [r["state"] for r in site.platform("base_approval") if r["record_id"] == permit] == ["agreed"]


@pytest.mark.parametrize("account", ["jia_leader", "prov_chief", "yi_handler", "firm"])
def test_only_who_is_awaited_decides(site: Site, account: str) -> None:
    permit = apply(site)
    status, _ = do(site.as_(account), "agree", permit, opinion="1")
    assert status in (403, 404) and tasks(site, permit) == [("handler", "waiting")]


def test_who_may_read_but_is_not_awaited_is_told_so(site: Site) -> None:
    permit = apply(site)
    answer = do(site.as_("jia_viewer"), "agree", permit, opinion="1")
    assert answer == (403, {"message": "您不是当前环节审批人"})


def test_approver_sees_the_record_while_it_waits_for_him_and_after_he_decided(site: Site) -> None:
    permit = apply(site)
    seen = [site.as_("jia_handler").get(f"/shop/permit/show/{permit}").status]
    seen += [site.as_("jia_leader").get(f"/shop/permit/show/{permit}").status]
    agree(site, permit, "jia_handler")
    seen += [site.as_(who).get(f"/shop/permit/show/{permit}").status for who in ("jia_handler", "jia_leader")]
    assert seen == [200, 404, 200, 200]


def test_destination_decides_which_city_answers(site: Site) -> None:
    permit = apply(site, region="乙市")
    assert do(site.as_("jia_handler"), "agree", permit, opinion="1")[0] == 404
    agree(site, permit, "yi_handler", "yi_leader")


def test_gate_keeps_the_record_where_it_is(site: Site) -> None:
    permit = apply(site, checked=False)
    answer = do(site.as_("jia_handler"), "agree", permit, opinion="1")
    assert answer == (409, {"message": "背景审查未全部通过，不能进入下一级审批"})
    assert tasks(site, permit) == [("handler", "waiting")]


def test_opinion_is_asked(site: Site) -> None:
    permit = apply(site)
    status, body = do(site.as_("jia_handler"), "agree", permit)
    assert (status, body["message"]) == (422, "请填写审批意见")


def test_disagreement_returns_to_the_applicant_and_a_new_round_begins_at_the_first_level(site: Site) -> None:
    permit = apply(site)
    agree(site, permit, "jia_handler")
    status, _ = do(site.as_("jia_leader"), "disagree", permit, opinion="内部", applicant_note="材料不全")
    returned = site.row("permit", permit)
    assert (status, returned["state"], returned["applicant_note"]) == (200, "returned", "材料不全")
    assert do(site.as_("firm"), "submit", permit)[0] == 200
    again = site.row("permit", permit)
    assert (again["state"], again["step"], again["round"]) == ("in_review", "handler", 2)
    assert tasks(site, permit) == [("handler", "agreed"), ("leader", "disagreed"), ("handler", "waiting")]


def test_applicant_withdraws_until_somebody_decided(site: Site) -> None:
    early, late = apply(site), apply(site)
    agree(site, late, "jia_handler")
    answers = [do(site.as_("firm"), "withdraw", id_)[0] for id_ in (early, late)]
    states = [site.row("permit", id_)["state"] for id_ in (early, late)]
    assert (answers, states) == ([200, 409], ["withdrawn", "in_review"])
    assert tasks(site, early) == [("handler", "lapsed")]


def test_level_without_anybody_is_refused_and_nothing_is_kept(site: Site) -> None:
    user = site.table("permit").metadata.tables["base_user"]
    permit = apply(site)
    with site.engine.begin() as connection:
        connection.execute(user.update().where(user.c.account == "jia_leader").values(status="disabled"))
    answer = do(site.as_("jia_handler"), "agree", permit, opinion="1")
    with site.engine.begin() as connection:
        connection.execute(user.update().where(user.c.account == "jia_leader").values(status="enabled"))
    assert answer == (409, {"message": "下一环节【市保安处领导】未配置审批人，请联系管理员"})
    assert tasks(site, permit) == [("handler", "waiting")]


def test_who_takes_a_post_is_awaited_from_then_on(site: Site) -> None:
    permit = apply(site)
    site.person("jia_new", "handler", kind="police", org=site.places["甲市局"])  # type: ignore[attr-defined]
    agree(site, permit, "jia_new")


def test_record_in_review_is_not_edited(site: Site) -> None:
    permit = apply(site)
    firm = site.as_("firm")
    page = firm.get(f"/shop/permit/edit/{permit}")
    assert page.status == 409


def test_opinion_stands_neither_in_the_course_nor_in_the_log(site: Site) -> None:
    permit = apply(site)
    agree(site, permit, "jia_handler")
    course = [row["said"] for row in site.platform("base_move") if row["record_id"] == permit]
    log = str(site.audit("permit", permit))
    assert "意见" not in "".join(course) and "意见" not in log

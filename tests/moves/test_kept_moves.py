"""People make the moves with which a running case began, also those that its workflow has no longer or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fab_app.access.explain import explain
from fab_app.runtime.explaining import Rows
from tests.chains.town import PERMIT, apply, town
from tests.moves.reopened import FILES, NEW, OLD, Old, Shop
from tests.moves.test_firing import do
from tests.projects import Browser, Builder, Site


@pytest.fixture
def old(project: Builder) -> Iterator[Old]:
    found = Old(project(FILES))
    yield found
    found.shop.close()


def test_move_that_is_gone_is_made_by_whom_it_named(project: Builder, database: str) -> None:
    old = Old(project(FILES, database))
    boss = old.site.as_("boss")
    answers = [do(boss, "drop", id_, note="撤单")[0] for id_ in (old.held, old.new)]
    states, note = [old.state(old.held), old.state(old.new)], old.site.row("order", old.held)["note"]
    old.shop.close()
    assert (answers, states, note) == ([200, 403], ["void", "fresh"], "撤单")


def test_nobody_else_makes_it(old: Old) -> None:
    assert {who: do(old.site.as_(who), "drop", old.held, note="撤单")[0] for who in ("clerk", "guest")} == {
        "clerk": 403,
        "guest": 403,
    }
    assert old.state(old.held) == "held"


def test_what_only_the_system_made_people_do_not(old: Old) -> None:
    assert do(old.site.as_("boss"), "lapse", old.held)[0] == 403


def test_administrator_makes_it_of_old_cases_alone(old: Old) -> None:
    admin = old.site.as_("admin")
    assert [do(admin, "drop", id_, note="撤单")[0] for id_ in (old.held, old.new)] == [200, 409]


def test_its_conditions_and_dialog_hold(old: Old) -> None:
    boss = old.site.as_("boss")
    status, told = do(boss, "drop", old.held)
    assert (status, list(told["errors"])) == (422, ["note"])
    old.site.set("order", old.held, amount=500)
    assert do(boss, "drop", old.held, note="撤单")[0] == 409


def test_ticked_rows_have_each_their_own_fate(old: Old) -> None:
    admin = old.site.as_("admin")
    answer = admin.client.post(
        "/api/v1/shop/order/do/drop",
        json={"ids": [old.held, old.open, old.new], "note": "撤单"},
        headers={"X-CSRFToken": admin.get("/login/").token},
    )
    assert [each["done"] for each in answer.get_json()["result"]] == [True, False, False]


def test_saving_makes_the_moves_with_which_a_case_began(project: Builder) -> None:
    saved = "      hold: {label: 送审, from: open, to: held, by: [clerk], on: edit}"
    asked = "      hold: {label: 送审, from: open, to: held, by: [clerk]}"
    shop = Shop(project({**FILES, "schema/shop/order.yaml": OLD.replace(asked, saved)}))
    old = shop.site.make("order", name="旧")
    site = shop.changed(NEW)
    new, clerk = site.make("order", name="新"), site.as_("clerk")
    for id_ in (old, new):
        assert clerk.submit(f"/shop/order/edit/{id_}", note="改").status in (302, 303)
    states = [site.row("order", id_)["state"] for id_ in (old, new)]
    shop.close()
    assert states == ["held", "fresh"]


def test_move_is_in_the_description_of_the_api_for_whom_it_named(old: Old) -> None:
    paths = {who: set(old.site.as_(who).json("/api/v1/_openapi")["paths"]) for who in ("boss", "guest")}
    drop = "/api/v1/shop/order/{pk}/do/drop"
    assert (drop in paths["boss"], drop in paths["guest"]) == (True, False)


def test_explanation_says_that_the_record_began_with_it(old: Old) -> None:
    told = {id_: _explained(old.site, "boss", "move:drop", id_) for id_ in (old.held, old.new)}
    assert {id_: found.allowed for id_, found in told.items()} == {old.held: True, old.new: False}


def test_role_that_two_old_definitions_named_differently_makes_its_own(project: Builder) -> None:
    site = project(FILES)
    shop, first = Shop(site), site.make("order", name="一")
    site = shop.changed(
        OLD.replace(
            "hold: {label: 送审, from: open, to: held, by: [clerk]}",
            "hold: {label: 送审, from: open, to: held, by: [boss]}",
        )
    )
    second = site.make("order", name="二")
    site = shop.changed(NEW)
    clerk, boss = site.as_("clerk"), site.as_("boss")
    assert [do(clerk, "hold", id_)[0] for id_ in (second, first)] == [403, 200]
    assert do(boss, "hold", second)[0] == 200
    shop.close()


def test_definition_of_which_no_case_is_left_is_not_read(project: Builder) -> None:
    shop = Shop(project(FILES))
    site = shop.changed(NEW)
    assert (site.entity("order").kept, set(site.entity("order").moves)) == ({}, {"pay"})
    shop.close()


def test_workflow_that_names_what_is_gone_refuses_and_lists_stand(project: Builder) -> None:
    """A setting that its condition reads was taken out: nobody can make its moves, and everybody sees his lists."""
    limited = {**FILES, "schema/shop/order.yaml": OLD.replace("amount < 100", "amount < setting.most")}
    settings = "title: 店\nsettings: {most: {type: int, label: 上限, default: 100}}\n"
    site = project({**limited, "schema/shop/portal.yaml": settings})
    (site.here.settings.home / "schema/shop/portal.yaml").write_text("title: 店\n", encoding="utf-8")
    old = Old(site)
    boss, clerk = old.site.as_("boss"), old.site.as_("clerk")
    assert clerk.get("/shop/order/list/").status == 200
    assert do(boss, "drop", old.held, note="撤单")[0] == 404
    status, told = do(clerk, "pay", old.held)
    assert (status, old.state(old.held)) == (422, "held")
    assert "已无法读取" in told["message"]
    old.shop.close()


def test_chain_that_was_taken_out_goes_on_for_those_who_were_submitted(project: Builder) -> None:
    site = town(project)
    waits = apply(site)
    places = site.places  # type: ignore[attr-defined]
    shop = Shop(site)
    plain = (
        PERMIT[: PERMIT.index("    approval:")]
        + """
    start: draft
    states:
      draft: {label: 草稿}
      done: {label: 完成, final: true}
    moves:
      finish: {label: 完成, from: draft, to: done, by: [firm]}
detail:
  - {section: 申请信息, fields: "*"}
"""
    )
    site = shop.changed(plain, "schema/shop/permit.yaml")
    site.places = places  # type: ignore[attr-defined]
    handler = site.as_("jia_handler")
    assert "丙盾" in handler.get("/shop/todo/").text
    answer = _decide(handler, waits)
    assert (answer, site.row("permit", waits)["step"]) == (200, "leader")
    assert _decide(site.as_("jia_leader"), waits) == 200
    assert _decide(site.as_("prov_chief"), waits) == 200
    assert site.row("permit", waits)["state"] == "approved"
    shop.close()


def _decide(who: Browser, id_: int) -> int:
    answer = who.client.post(
        f"/api/v1/shop/permit/{id_}/do/agree",
        json={"opinion": "同意"},
        headers={"X-CSRFToken": who.get("/login/").token},
    )
    return answer.status_code


def _explained(site: Site, account: str, action: str, id_: int) -> Any:
    session = site.here.session
    try:
        rows = Rows(site.world, session)
        return explain(rows, site.principal(account), site.entity("order"), action, id_)
    finally:
        session.remove()

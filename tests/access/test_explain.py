"""Why a person may or may not: the rule with its place, the part that is false, and the same answer as enforcement."""

from __future__ import annotations

from pathlib import Path

import pytest

from fab_app.access.explain import as_roles, explain
from fab_app.access.explanation import Explanation, Reason
from fab_app.access.principal import Principal
from fab_app.access.telling import telling
from fab_app.runtime.explaining import Rows
from tests.projects import Builder, Site

pytestmark = pytest.mark.usefixtures("english")
HOME = Path(__file__).parents[2]
FILES = {
    "schema/shop/order.yaml": """
label: 订单
title: "{name}"
soft_delete: true
belongs: {org: org, owner: created_by}
fields:
  name: {type: text, label: 名称}
  org: {type: org, label: 机构}
  amount: {type: money, label: 金额}
  state: {type: choice, label: 状态, default: open, options: {open: 开, closed: 关}}
locks:
  - {when: state == 'closed', actions: [edit], message: 已关}
listing:
  columns: [name]
  tabs: {all: {label: 全部}, open: {label: 开, where: state == 'open'}}
""",
    "schema/shop/line.yaml": """
label: 明细
append_only: true
fields: {name: {type: text, label: 名称}, order: {type: ref, to: order, label: 订单, on_delete: delete}}
""",
    "permissions/shop/clerk.yaml": """
label: 店员
rows:
  order: {read: amount < 100 and state == 'open', edit: own}
  line: {through: order}
may: {order: [read, edit], line: [read, edit]}
""",
    "permissions/shop/branch.yaml": """
label: 分店
rows: {order: org_tree}
may: {order: [read, edit, delete]}
""",
}


@pytest.fixture(scope="module")
def shop(build: Builder) -> Site:
    return build(FILES)


def asked(site: Site, who: str | Principal, action: str, name: str, id_: int | None = None) -> Explanation:
    session = site.here.session
    try:
        person = site.principal(who) if isinstance(who, str) else who
        return explain(Rows(site.world, session), person, site.entity(name), action, id_)
    finally:
        session.remove()


def every(reasons: tuple[Reason, ...]) -> list[Reason]:
    return [found for reason in reasons for found in (reason, *every(reason.inner))]


def false(explanation: Explanation) -> list[str]:
    """The innermost claims that do not hold."""
    reasons = every((*explanation.standing, *explanation.roles))
    return [
        reason.text for reason in reasons if not reason.holds and not any(not i.holds for i in reason.inner)
    ]


def test_false_part_of_the_rule_is_named_with_its_values(shop: Site) -> None:
    id_ = shop.make("order", name="贵", amount="100")
    found = asked(shop, "clerk", "read", "order", id_)
    assert (found.allowed, false(found)) == (False, ["amount < 100  (amount = 100.00)"])


def test_rule_is_named_with_its_file_and_line(shop: Site) -> None:
    id_ = shop.make("order", name="价", amount="1")
    places = [str(asked(shop, "clerk", action, "order", id_).roles[0].at) for action in ("read", "edit")]
    assert places == ["permissions/shop/clerk.yaml:4:11", "permissions/shop/clerk.yaml:4:51"]


def test_right_that_is_not_given_is_named_with_the_place_where_it_would_stand(shop: Site) -> None:
    reason = asked(shop, "clerk", "delete", "order").roles[0]
    told = (reason.text, reason.holds, str(reason.at))
    assert told == ("shop.clerk may delete order: not under 'may'", False, "permissions/shop/clerk.yaml:6:7")


def test_action_reaches_no_further_than_reading(shop: Site) -> None:
    id_ = shop.make("order", name="己", amount="500")
    shop.set("order", id_, created_by=shop.users["clerk"])
    found = asked(shop, "clerk", "edit", "order", id_)
    assert (found.allowed, false(found)) == (False, ["amount < 100  (amount = 500.00)"])


def test_rows_of_a_parent_are_explained_by_the_parents_rule(shop: Site) -> None:
    order = shop.make("order", name="父", amount="500")
    found = asked(shop, "clerk", "read", "line", shop.make("line", name="行", order=order))
    assert (found.allowed, false(found)) == (False, ["amount < 100  (amount = 500.00)"])


def test_lock_forbids_and_is_named(shop: Site) -> None:
    id_ = shop.make("order", name="锁", state="closed", amount="1")
    found = asked(shop, "admin", "edit", "order", id_)
    assert (found.allowed, false(found)) == (False, ["no lock: state == 'closed'"])
    assert str(found.standing[-1].at) == "schema/shop/order.yaml:12:5"


def test_rows_that_are_never_changed_are_told_so(shop: Site) -> None:
    order = shop.make("order", name="父", amount="5")
    found = asked(shop, "clerk", "edit", "line", shop.make("line", name="行", order=order))
    assert (found.allowed, false(found)) == (False, ["rows of this kind may be changed"])


def test_deleted_row_and_row_that_never_was_are_told_apart(shop: Site) -> None:
    id_ = shop.make("order", name="删", amount="5")
    shop.set("order", id_, alive=id_)
    told = [false(asked(shop, "clerk", "read", "order", key))[:1] for key in (id_, 99999)]
    assert told == [["the row is not deleted"], ["there is a row 99999"]]


def test_person_of_another_portal_may_nothing(shop: Site) -> None:
    who = shop.principal("clerk")
    stranger = Principal(who.subject, "x", portal="elsewhere", roles=who.roles)
    told = false(asked(shop, stranger, "read", "order"))
    assert told == ["the account belongs to shop (it is one of elsewhere)"]


def test_who_must_change_his_password_may_nothing_before(shop: Site) -> None:
    shop.person("fresh", "clerk", must_change=True)
    found = asked(shop, "fresh", "read", "order")
    assert (found.allowed, false(found)) == (False, ["the password need not be changed first"])


def test_unknown_place_of_the_person_gives_no_rows(shop: Site) -> None:
    found = asked(shop, "branch", "read", "order", shop.make("order", name="无", amount="5"))
    assert false(found) == ["org_tree  (org = none, yours = none)"]


def test_row_below_ones_organisation_is_ones_own(shop: Site) -> None:
    base = shop.world.manifest.entities
    with shop.acting() as system:
        write, portal = system.writer.create, {"portal": "shop"}
        top = write(base["base.org"], {"kind": "shop", "name": "总店"}, portal)
        below = write(base["base.org"], {"kind": "shop", "name": "分店", "parent": top}, portal)
        other = write(base["base.org"], {"kind": "shop", "name": "别店"}, portal)
    shop.person("head", "branch", org=top)
    ids = [shop.make("order", name="店", org=org) for org in (top, below, other)]
    assert [asked(shop, "head", "read", "order", id_).allowed for id_ in ids] == [True, True, False]


def test_hypothetical_role_answers_as_if_it_were_held(shop: Site) -> None:
    id_ = shop.make("order", name="假", amount="5")
    admin = shop.principal("admin")
    supposed = as_roles(Principal(admin.subject, "admin", portal="shop", everything=True), "clerk")
    told = [asked(shop, who, "read", "order", id_).allowed for who in (shop.principal("branch"), supposed)]
    assert told == [False, True]


def test_tab_that_leaves_a_record_out_is_told_beside(shop: Site) -> None:
    found = asked(shop, "admin", "read", "order", shop.make("order", name="关", state="closed"))
    assert (found.allowed, [note.text for note in found.notes]) == (
        True,
        ["the tab 'open' shows it: state == 'open'"],
    )


def test_explanation_is_told_in_lines(shop: Site) -> None:
    told = list(telling(asked(shop, "clerk", "delete", "order")))
    assert told[0] == "clerk may NOT delete shop.order (any record)"
    assert told[-2:] == [
        "   no  shop.clerk may delete order: not under 'may'",
        "       at permissions/shop/clerk.yaml:6:7",
    ]

"""Why a person may or may not: the rule with its place, the part that is false, and the same answer as enforcement."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.access.explain import as_roles, explain
from fab_app.access.explanation import Explanation, Reason
from fab_app.access.principal import Principal
from fab_app.access.telling import telling
from fab_app.core.problems import Refused
from fab_app.core.words import locale
from fab_app.runtime.explaining import Rows
from fab_app.spec.manifest import Entity
from tests.leaks.homes import people, small
from tests.projects import Acting, Builder, Site

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
ACTIONS = ("read", "edit", "delete", "export", "pick")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The sentences as the commands tell them."""
    token = locale.set("en")
    yield
    locale.reset(token)


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


# --- the same answer as enforcement --------------------------------------------------------------


@pytest.fixture(scope="module")
def seeded(build: Builder) -> Site:
    """The seeds, with people of two roles, of a custom role, and some rows deleted."""
    site = build(HOME, portal="insurance_service")
    table = site.world.tables.of("base.user").table
    with site.engine.connect() as connection:
        org = connection.scalar(sa.select(table.c.org).where(table.c.account == "a_admin"))
    site.person("both", "agency_staff", "agency_manager", org=org, kind="agency")
    site.person("idle", org=org, kind="agency")
    with site.acting() as system:
        role = site.entity("role")
        given = {
            "name": "自定",
            "data_scope": "own_orders",
            "permissions": ["service_order.read", "hazard.edit"],
        }
        made = system.writer.create(role, {**given, "org": org, "kind": "agency"})
        system.writer.change(site.entity("account"), site.users["idle"], {"role_ids": [made]})
    site.as_("idle").get("/insurance_service/service_order/list/")
    hazard = site.rows("hazard")[0]["id"]
    site.set("hazard", hazard, alive=hazard)
    return site


def enforced(acting: Acting, site: Site, entity: Entity, action: str, id_: int) -> bool:
    """What reading and writing themselves say; whatever they did is taken back."""
    if action == "pick":
        return bool(acting.reader.options(entity, "", 0, keys=[id_])[0])
    if action in ("read", "export"):
        allowed = site.world.grants.may(acting.reader.principal, entity.key, action)
        return allowed and acting.reader.exists(entity, id_, action)
    step = acting.writer.session.begin_nested()
    try:
        acting.writer.change(entity, id_, {}) if action == "edit" else acting.writer.delete(entity, id_)
    except Refused as refusal:
        return refusal.status not in (403, 404, 409)
    finally:
        step.rollback()
    return True


def triples(site: Site, count: int) -> list[tuple[str, Entity, str, int]]:
    chance = random.Random(20261122)
    entities = [entity for entity in site.world.manifest.entities.values() if entity.portal != "base"]
    entities += [site.world.manifest.entities[f"base.{name}"] for name in ("user", "org")]
    ids = {entity.key: _ids(site, entity) for entity in entities}
    people = _people(site)
    everybody = sorted({account for accounts in people.values() for account in accounts})
    found = []
    for _ in range(count):
        entity = chance.choice(entities)
        # Mostly its own portal's people: to strangers all is refused alike.
        asked = everybody if chance.random() < 0.05 else people.get(entity.portal) or everybody
        found.append(
            (chance.choice(asked), entity, chance.choice(ACTIONS), chance.choice([*ids[entity.key], 987654]))
        )
    return found


def _people(site: Site) -> dict[str, list[str]]:
    """The logins of each portal's accounts."""
    user, found = site.world.tables.of("base.user").table, dict[str, list[str]]()
    with site.engine.connect() as connection:
        rows = connection.execute(sa.select(user.c.portal, user.c.login).order_by(user.c.login))
        for portal, login in rows:
            found.setdefault(portal, []).append(login)
    return found


def _ids(site: Site, entity: Entity) -> list[int]:
    with site.engine.connect() as connection:
        return list(connection.scalars(sa.select(site.world.stored(entity).table.c.id)))


def test_explanations_agree_with_enforcement(seeded: Site) -> None:
    asked_: dict[str, list[Any]] = {}
    for person, *triple in triples(seeded, 1600):
        asked_.setdefault(person, []).append(triple)
    differ, seen = [], Counter[bool]()
    for person, found in asked_.items():
        with seeded.acting(person) as acting:
            sight, who = Rows(seeded.world, seeded.here.session), acting.reader.principal
            for entity, action, id_ in found:
                explained = explain(sight, who, entity, action, id_).allowed
                seen[explained] += 1
                if explained != enforced(acting, seeded, entity, action, id_):
                    differ.append((person, entity.key, action, id_, explained))
    assert (differ, seen.total()) == ([], 1600)
    assert min(seen.values()) > 100


# --- what chains give ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def claims(build: Builder) -> Site:
    """Claims of two organisations: submitted and not, one of them decided on at its first step."""
    return small(build, "sqlite")


def test_explanations_of_chains_agree_with_enforcement(claims: Site) -> None:
    """Each person, claim and move: what waits for him, what he answered, what was never his."""
    entity, differ, seen = claims.entity("claim"), [], Counter[bool]()
    actions = ("read", *(f"move:{code}" for code in entity.moves))
    for person in people(claims):
        with claims.acting(person) as acting:
            sight, who = Rows(claims.world, claims.here.session), acting.reader.principal
            for action, row in product(actions, claims.rows("claim")):
                explained = explain(sight, who, entity, action, row["id"]).allowed
                allowed = claims.world.grants.may(who, entity.key, action)
                seen[explained] += 1
                if explained != (allowed and acting.reader.exists(entity, row["id"], action)):
                    differ.append((person, action, row["id"], explained))
    assert differ == [] and min(seen.values()) > 5


def test_record_that_waits_is_told_with_the_place_of_its_chain(claims: Site) -> None:
    first, second = (row["id"] for row in claims.rows("claim")[:2])
    found = [asked(claims, "org", "move:agree", "claim", id_) for id_ in (first, second)]
    told = [one for one in found[1].roles if one.text.startswith("whom a chain asks may move:agree claim")]
    assert [one.allowed for one in found] == [False, True]
    assert str(told[0].at).startswith("schema/shop/claim.yaml:10:")
    assert told[0].inner[0].text == "a task of the record waits for the person"

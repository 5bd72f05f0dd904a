"""Explanations say what enforcement does: over the seeds of each portal, and of what chains give."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fab_app.access.explain import as_roles, explain
from fab_app.core.problems import Refused
from fab_app.runtime.explaining import Rows
from fab_app.spec.manifest import Entity
from tests.access.test_explain import asked
from tests.leaks.homes import people, small
from tests.projects import Acting, Builder, Site

pytestmark = pytest.mark.usefixtures("english")
HOME = Path(__file__).parents[2]
OFTEN = ("read", "edit", "delete", "export", "pick")
SELDOM = ("print", "import", "unmask")


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
    if action not in ("edit", "delete"):
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
            (
                chance.choice(asked),
                entity,
                _action(chance, entity),
                chance.choice([*ids[entity.key], 987654]),
            )
        )
    return found


def _action(chance: random.Random, entity: Entity) -> str:
    seldom = [*SELDOM, *(f"move:{code}" for code in entity.moves)]
    return chance.choice(OFTEN if chance.random() < 0.85 else seldom)


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
    assert min(seen.values()) > 80


def test_explanations_for_supposed_roles_agree_with_enforcement_for_their_holder(seeded: Site) -> None:
    """A person supposed to have other roles may do what somebody at his place with these roles may."""
    chance, differ, seen = random.Random(20261127), [], Counter[bool]()
    roles = [role for key, role in seeded.world.manifest.roles.items() if role.portal == "insurance_service"]
    entities = [one for one in seeded.world.manifest.entities.values() if one.portal == "insurance_service"]
    ids = {entity.key: _ids(seeded, entity) for entity in entities}
    for person in ("a_admin", "a_staff1", "platform"):
        for _ in range(120):
            entity, role = chance.choice(entities), chance.choice(roles)
            action, id_ = (
                chance.choice(("read", "export", "print")),
                chance.choice([*ids[entity.key], 987654]),
            )
            with seeded.acting(person) as acting:
                supposed = as_roles(acting.reader.principal, f"insurance_service.{role.name}")
                sight = Rows(seeded.world, seeded.here.session)
                explained = explain(sight, supposed, entity, action, id_).allowed
                reader = replace(acting.reader, principal=supposed)
                allowed = seeded.world.grants.may(supposed, entity.key, action)
                seen[explained] += 1
                if explained != (allowed and reader.exists(entity, id_, action)):
                    differ.append((person, role.name, entity.key, action, id_, explained))
    assert differ == [] and min(seen.values()) > 10


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

"""What the proof runs over: the portals of this repository, and a small home with what they do not use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fab_app.config import RATES
from fab_app.runtime.moves import fire
from tests.leaks.definitions import SMALL
from tests.leaks.log import plant_log
from tests.leaks.opinion import Opinion
from tests.leaks.planting import plant
from tests.leaks.rows import Rows
from tests.leaks.work import plant_work
from tests.projects import Builder, Site

HOME = Path(__file__).parents[2]


def small(build: Builder, database: str, **more: Any) -> Site:
    """Two portals; organisations and regions on either side of everybody."""
    site = build(SMALL, database, **more)
    base = site.world.manifest.entities
    with site.acting() as system:
        write, portal = system.writer.create, {"portal": "shop"}
        top = write(base["base.region"], {"code": "10", "name": "省"}, portal)
        here = write(base["base.region"], {"code": "1001", "name": "市", "parent": top}, portal)
        write(base["base.region"], {"code": "1002", "name": "彼", "parent": top}, portal)
        ours, theirs = (
            write(base["base.org"], {"kind": "shop", "name": name}, portal) for name in ("我", "他")
        )
        for role in ("org", "tree", "own"):
            system.writer.change(base["base.user"], site.users[role], {"org": ours, "region": here})
    customers = [site.make("customer", name="客", org=org) for org in (ours, theirs)]
    for org, customer in zip((ours, theirs), customers, strict=True):
        order = site.make("order", name="单", org=org, region=here, customer=customer, helpers=customers)
        site.make("line", name="行", order=order)
        site.set("order", order, created_by=site.users["own"], secret="x")
    _passed_on(site, (ours, theirs), (here, top))
    claims = [site.make("claim", name="赔", org=org) for org in (ours, ours, theirs, theirs)]
    plant(site)
    plant_log(site)
    days = {"since": "2020-01-01", "until": None}
    site.make("absence", person=site.users["org"], deputy=site.users["tree"], **days)
    site.make(
        "absence", person=site.users["tree"], deputy=site.users["own"], since="2020-01-01", until="2020-01-02"
    )
    _submit(site, claims[:2])
    plant_work(site)
    return site


def _passed_on(site: Site, orgs: tuple[int, int], places: tuple[int, int]) -> None:
    """Rewards of either side, some of which the other had once; in the places of one's branch and outside of them."""
    (ours, theirs), (here, outside) = orgs, places
    with site.acting() as system:
        system.writer.change(site.entity("branch"), ours, {"areas": [here]})
    for now, once, place in (
        (ours, theirs, here),
        (theirs, ours, outside),
        (theirs, theirs, here),
        (theirs, None, outside),
    ):
        reward = site.make("reward", name="奖", org=now, region=place, areas=[outside])
        if once is not None:
            site.make("passing", reward=reward, note="转", from_org=once)


def _submit(site: Site, claims: list[int]) -> None:
    """After the marks were planted, so that titles in the to-do list hold them; one is decided on."""
    with site.acting() as system:
        for claim in claims:
            fire(system.writer, site.entity("claim"), claim, "submit", {})
    with site.acting("org") as first:
        fire(first.writer, site.entity("claim"), claims[0], "agree", {"opinion": "可"})
    audit = site.world.tables.of("base.audit").table
    with site.engine.begin() as connection:  # the mark of an account's last door is no mark of the log
        connection.execute(sa.update(audit).values(door=None))


ENOUGH = 30
"""Rows of each entity that the proof walks: more of the same prove nothing more."""


def _trim(site: Site) -> None:
    """Takes away most of many rows, but those to which something refers, again and again."""
    manifest, tables = site.world.manifest, site.world.tables
    with site.engine.begin() as connection:
        gone = 1
        while gone:
            gone = 0
            for entity in manifest.entities.values():
                if entity.portal == "base" or entity.shared:
                    continue
                stored = tables.of(entity.key)
                column = stored.table.c.id
                there = connection.scalars(sa.select(column).order_by(column)).all()
                kept = set(there[:: max(1, len(there) // ENOUGH)])  # from all over, so of everybody's
                for other, name in manifest.referring(entity):
                    if other.fields[name].storage == "column":
                        used = tables.of(other.key).column(name)
                        kept |= set(connection.scalars(sa.select(used).where(used.is_not(None)).distinct()))
                for other, name in manifest.holding(entity):
                    kept |= set(
                        connection.scalars(sa.select(tables.of(other.key).side[name].c.value).distinct())
                    )
                extra = [id_ for id_ in connection.scalars(sa.select(column)) if id_ not in kept]
                for side in stored.side.values():
                    connection.execute(sa.delete(side).where(side.c.owner_id.in_(extra)))
                gone += connection.execute(sa.delete(stored.table).where(column.in_(extra))).rowcount


def _shorten(site: Site) -> None:
    """The log of the demo rows and what was sent fit on one page, of each portal the last entries."""
    with site.engine.begin() as connection:
        for name in ("audit", "delivery"):
            table = site.world.tables.of(f"base.{name}").table
            for portal in connection.scalars(sa.select(table.c.portal).distinct()).all():
                here = table.c.portal == portal
                last = sa.select(table.c.id).where(here).order_by(table.c.id.desc()).limit(ENOUGH)
                kept = connection.scalars(last).all()
                connection.execute(sa.delete(table).where(here, table.c.id.not_in(kept)))


def whole(build: Builder, database: str) -> Site:
    """The repository's own portals with their seeds, and a person for each role that the seeds give to nobody."""
    often = dict.fromkeys(RATES, "100000/second")  # the walk knocks faster than any person
    site = build(HOME, database, portal="insurance_service", rates=often)
    _trim(site)
    _shorten(site)
    for role in site.world.manifest.roles.values():
        if not role.spec.seats and not _holder(site, role.key):
            kind = role.spec.kinds[0] if role.spec.kinds else ""
            site.person(
                f"for_{role.name}"[:30],
                role.name,
                portal=role.portal,
                kind=kind,
                **_place(site, role.key, kind),
            )
    _draw(site)
    plant(site)
    plant_log(site)
    plant_work(site)
    return site


def _draw(site: Site) -> None:
    """Random draws of a county and of its city with an object each, of which the seeds have none."""
    entities = site.world.manifest.entities
    agency = next(iter(Rows(site).read().of(entities["intermediary.im_agency"])))
    for account in ("im_kecheng", "im_city"):
        with site.acting(account) as person:
            values = {"kind": "eval", "batch": "一", "number": "1"}
            draw = person.writer.create(entities["intermediary.im_draw"], values)
        with site.acting() as system:
            system.writer.create(entities["intermediary.im_draw_row"], {"draw": draw, "agency": agency})


def people(site: Site) -> list[str]:
    """Somebody for each role of accounts; who stands for several is there once."""
    roles = site.world.manifest.roles.values()
    return list(dict.fromkeys(_holder(site, role.key) for role in roles if not role.spec.seats))


def _holder(site: Site, role: str) -> str:
    """Of the accounts that hold this role and fewest besides the one with most rows seen and hidden; "" where there
    is none: a role that goes with another is proven with it, as people have it."""
    rows = Rows(site).read()
    closed = {
        row["account"] for row in rows.tables["base.user"].values() if row["must_change"] or row["alive"]
    }
    accounts = [row["account"] for row in rows.tables["base.user"].values() if row["status"] != "disabled"]
    holders = [rows.person(account) for account in accounts if account not in closed]
    held = [who for who in holders if role in who.roles]
    fewest = min((len(who.roles) for who in held), default=0)
    opinions = [Opinion(rows, who) for who in held if len(who.roles) == fewest]
    return max(opinions, key=_both).who.account if opinions else ""


def _both(opinion: Opinion) -> int:
    """The number of entities of which the person sees a row and does not see another."""
    entities = opinion.rows.manifest.entities.values()
    return sum(0 < len(opinion.visible(entity)) < len(opinion.rows.of(entity)) for entity in entities)


def _place(site: Site, role: str, kind: str) -> dict[str, int | None]:
    """Of the places where people of this kind are that from which the role sees and misses most."""
    rows = Rows(site).read()
    accounts = [row["account"] for row in rows.tables["base.user"].values() if row["kind"] == kind]
    opinions = [Opinion(rows, replace(rows.person(account), roles=(role,))) for account in accounts]
    if not opinions:
        return {}
    best = max(opinions, key=_both).who.values
    return {"org": best["org"], "region": best["region"]}

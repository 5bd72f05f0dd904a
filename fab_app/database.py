"""What the commands do with the database: plan, apply, seeds, the administrator."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import scoped_session, sessionmaker

from fab_app.application import manifest_of, world_of
from fab_app.config import Settings
from fab_app.core.problems import BrokenDefinitions, Refused, nearest
from fab_app.runtime import belongs, cases, dictionaries, searching
from fab_app.runtime.roles import sync_roles
from fab_app.runtime.seeds import create_admin, load_demo
from fab_app.runtime.settings import SETTING, differences
from fab_app.runtime.world import World
from fab_app.runtime.writes import count_writes
from fab_app.spec.manifest import Entity, Manifest
from fab_app.store.apply import apply
from fab_app.store.change import WAY, Grade, Plan, PlanNeeded
from fab_app.store.engine import WRITING, make_engine
from fab_app.store.ledger import our_tables
from fab_app.store.plan import plan
from fab_app.store.tables import build_tables, renames

_REPAIR = {"authorised": "repair"}

if TYPE_CHECKING:
    from fab_app.access.explanation import Explanation


def changes(settings: Settings) -> Plan:
    """What must change in the database for it to be as the definitions say; nothing is changed."""
    return _plan(settings)[1]


def kept_otherwise(settings: Settings) -> list[str]:
    """Where dictionaries and settings stand otherwise on screen than in the definitions: rows win, and stay."""
    tables, engine = build_tables(_manifest(settings)), make_engine(settings.database_url)
    kept = ((dictionaries.ITEM, dictionaries.differences), (SETTING, differences))
    with engine.connect() as connection:
        standing = set(sa.inspect(connection).get_table_names())
        there = [told for key, told in kept if tables.of(key).table.name in standing]
        return [line for told in there for line in told(tables, connection)]


def make_changes(settings: Settings, allow: Collection[Grade]) -> Plan:
    """All changes made, or PlanNeeded and none made. Nothing but the plan's own transaction."""
    engine, found = _plan(settings)
    if found:
        apply(engine, found, allow)
    return found


def load_seeds(settings: Settings) -> None:
    """The demo rows of every portal that has none yet, in one transaction."""
    with world_and_session(settings) as (world, session):
        load_demo(world, session, settings)


def repair(settings: Settings) -> int:
    """Makes anew what is kept beside the rows: kept columns and the index of texts. How many rows were indexed."""
    with world_and_session(settings) as (world, session):
        session.rollback()
        session.connection(execution_options=WRITING)
        belongs.repair(world, lambda statement: session.execute(statement, execution_options=_REPAIR))
        session.commit()
        return searching.refill(world, session.connection().engine)


def create_administrator(settings: Settings, password: str) -> None:
    """Raises Refused where there is one already, or where the password is too weak."""
    with world_and_session(settings) as (world, session):
        session.rollback()
        session.connection(execution_options=WRITING)
        create_admin(world, session, password, must_change=False)
        session.commit()


def explained(
    settings: Settings, account: str, action: str, entity: str, id_: int | None, roles: Collection[str] = ()
) -> Explanation:
    """Whether the account may do this, and why; as if it had ``roles`` where some are given. Raises Refused."""
    from fab_app.access.explain import as_roles, explain
    from fab_app.runtime.explaining import Rows
    from fab_app.web.identity import Identities, person_named

    with world_and_session(settings) as (world, session):
        who = person_named(Identities(world), session, account)
        if who is None:
            raise Refused(f"there is no account '{account}'")
        found = world.manifest.entities.get(entity.replace("/", "."))
        if found is None:
            raise Refused(f"there is no entity '{entity}'. {nearest(entity, _paths(world.manifest))}")
        asked = as_roles(who, *roles) if roles else who
        for role in asked.roles if roles else ():
            if role not in world.manifest.roles:
                raise Refused(f"there is no role '{role}'. {nearest(role, world.manifest.roles)}")
        return explain(Rows(world, session), asked, found, action, id_)


def _paths(manifest: Manifest) -> list[str]:
    return [f"{entity.portal}/{entity.name}" for entity in manifest.entities.values()]


def _plan(settings: Settings) -> tuple[sa.Engine, Plan]:
    manifest = _manifest(settings)
    settings.instance.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        metadata = build_tables(manifest).metadata
        return engine, plan(connection, metadata, our_tables(connection), renames(manifest))


def entity_of(settings: Settings, name: str) -> tuple[Manifest, Entity]:
    """What ``portal/entity`` names, without a database. Raises Refused."""
    manifest = _manifest(settings)
    found = manifest.entities.get(name.replace("/", "."))
    if found is None:
        raise Refused(f"there is no entity '{name}'. {nearest(name, _paths(manifest))}")
    return manifest, found


def _manifest(settings: Settings) -> Manifest:
    manifest, problems = manifest_of(settings)
    if any(problem.stops for problem in problems):
        raise BrokenDefinitions(problems)
    return manifest


@contextmanager
def world_and_session(settings: Settings) -> Iterator[tuple[World, scoped_session[Any]]]:
    """What commands act with, on a database that is as the definitions say. Raises Refused where it is not."""
    try:
        world, engine = world_of(settings, _manifest(settings))
    except PlanNeeded as needed:
        raise Refused(f"{needed}\n{WAY}") from needed
    dictionaries.sync(world, engine)
    session = scoped_session(sessionmaker(engine, expire_on_commit=False))
    count_writes(session.session_factory, world.tables)
    try:
        sync_roles(world, session)
        cases.sync(world, session)
        dictionaries.load(world, session)
        session.commit()
        yield world, session
    finally:
        session.remove()

"""Registration: an address for nobody, at which nothing is taken but the named fields."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from random import Random
from typing import Any

import sqlalchemy as sa

from fab_app.spec.manifest import SYSTEM, Entity, Portal
from fab_app.spec.register import Register
from tests.leaks.walk import Visitor, forgotten
from tests.projects import PDF

REGISTRATION: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "/P/register/": {"GET": (200, 302), "POST": (422, 302)},
    "/P/register/free": {"GET": (200, 403)},
    "/P/register/upload/<code>": {"POST": (403, 404)},
    "/P/register/file/<uuid>": {"GET": (403, 404)},
    "/P/register/download/<code>": {"GET": (403, 404)},
}
NAME, SECRET = "Walker_77", "Walks@2024x"


def visit_registration(visitor: Visitor, path: str, known: str, method: str) -> None:
    """Nobody gets what stands there for everybody, a person who is logged in none of it."""
    here, statuses = not visitor.account, REGISTRATION[known]["GET" if method == "HEAD" else method]
    wanted = statuses[:1] if known != "/P/register/upload/<code>" and here else statuses
    if known in ("/P/register/file/<uuid>", "/P/register/download/<code>"):
        wanted = (404,) if here else (403,)
    visitor.ask(method, path, wanted)
    if here and method == "POST" and known == "/P/register/":
        _nothing_but_the_named(visitor, path)


def _nothing_but_the_named(visitor: Visitor, path: str) -> None:
    """Posts every field that the organisation and an account have, and looks at what was kept."""
    portal = visitor.site.world.manifest.portals[path.strip("/").partition("/")[0]]
    said = portal.spec.registration
    assert said is not None
    org = visitor.site.world.manifest.entities[f"{portal.name}.{said.entity}"]
    form = _form(visitor, path, portal, said, org)
    answer = visitor.client.post(path, data={"csrf_token": visitor.token, **form})
    visitor.report.expect(answer.status_code == 303, f"nobody POST {path}: {answer.status_code}, not 303")
    user, made = _made(visitor, portal, org)
    if made:
        for name in _others(org, said):
            kept, sent = made[org.columns[name]], form[name]
            visitor.report.expect(
                str(kept) != sent or kept == org.fields[name].begin, f"registration took {org.key}.{name}"
            )
        who = visitor.site.here.identities.by_user(visitor.site.here.session, user["id"], "walk", "")
        visitor.site.here.session.remove()
        wanted = _roles(visitor, portal.name, said.account.role)
        visitor.report.expect(set(who.roles) == wanted, f"registered as {who.roles}")
        visitor.report.expect((who.portal, who.everything) == (portal.name, False), f"of portal {who.portal}")
        _undone(visitor, org, user["id"], made["id"])
    visitor.client.delete_cookie("fab_session")
    visitor.begin()


def _form(visitor: Visitor, path: str, portal: Portal, said: Register, org: Entity) -> dict[str, str]:
    random = Random(7)
    form = {name: str(org.fields[name].sample(random) or "") for name in _others(org, said)}
    shared = visitor.site.world.manifest.entities["base.user"]
    form |= {name: "1" for name in shared.fields if name not in org.fields}
    for name in said.fields:
        field = org.fields[name]
        if field.storage == "file":
            sent = {"csrf_token": visitor.token, "file": (BytesIO(PDF), "walk.pdf")}
            answer = visitor.client.post(f"{path}upload/{name}", data=sent)
            form[name] = str(answer.get_json()["id"])
        else:
            form[name] = str(field.sample(random))
    account = {"_account": NAME, "_password": SECRET, "_repeat": SECRET, "captcha": "0000"}
    return {**form, **account}


def _others(org: Entity, said: Register) -> list[str]:
    return [name for name in org.stored if name not in (*said.fields, *SYSTEM)]


def _made(visitor: Visitor, portal: Portal, org: Entity) -> tuple[dict[str, Any], dict[str, Any]]:
    world = visitor.site.world
    user, row = world.tables.of("base.user").table, world.tables.of(org.key).table
    with visitor.site.engine.connect() as connection:
        found = connection.execute(sa.select(user).where(user.c.login == NAME.lower())).mappings().first()
        visitor.report.expect(found is not None, f"nobody could register in {portal.name}")
        if found is None:
            return {}, {}
        made = connection.execute(sa.select(row).where(row.c.id == found["org"])).mappings().one()
        return dict(found), dict(made)


def _undone(visitor: Visitor, org: Entity, user: int, made: int) -> None:
    """As before: what is expected of the lists was read before the walk."""
    tables = visitor.site.world.tables
    account, log = tables.of("base.user"), tables.of("base.audit").table
    places = [(account.side["roles"], "owner_id", user), (tables.platform("base_session"), "user_id", user)]
    places += [(tables.platform("ab_user"), "id", user), (account.table, "id", user)]
    places += [(tables.platform(name), "record_id", made) for name in ("base_file", "base_case")]
    places += [(tables.of(org.key).table, "id", made)]
    closure = tables.of("base.org").closure
    places += [(closure, "descendant", made)] if closure is not None else []
    with visitor.site.engine.begin() as connection:
        connection.execute(sa.delete(log).where(log.c.account == NAME))
        for table, column, key in reversed(places) if closure is None else [places[-1], *places[:-1]]:
            connection.execute(sa.delete(table).where(table.c[column] == key))
    forgotten(visitor.site, "refused")


def _roles(visitor: Visitor, portal: str, role: str) -> set[str]:
    """The role that who registers is given, and those that go with it by the same rule."""
    manifest = visitor.site.world.manifest
    rules = [one.spec.roles_by for one in manifest.of_portal(portal) if role in one.spec.roles_by]
    named = [code for by in rules for code, rule in by.items() if rule.text == by[role].text]
    return {f"{portal}.{code}" for code in (role, *named)}

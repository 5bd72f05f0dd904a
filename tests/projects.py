"""Tiny projects on a real database, and people who use them over HTTP.

Longer than 300 lines: a site opens browsers, a browser belongs to a site, and a builder makes both; whoever
needs one of them needs all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

from fab_app import create_app
from fab_app.access.principal import Principal, system
from fab_app.config import Settings
from fab_app.core.words import locale
from fab_app.runtime.reading import Reader
from fab_app.runtime.renewing import renew
from fab_app.runtime.world import World
from fab_app.runtime.writes import count_write
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity
from fab_app.store.engine import WRITING
from fab_app.web.context import Application
from tests.pages import Page
from tests.servers import Servers

PASSWORD = "Demo@2024x"
OPTIONS = {"authorised": "test"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@cache
def hashed(password: str) -> str:
    return generate_password_hash(password)


@dataclass
class Acting:
    """A person below the web: what he reads and writes, without a request."""

    reader: Reader
    writer: Writer


@dataclass
class Site:
    """A served home folder. ``users``: the keys of the accounts by their names."""

    app: Flask
    portal: str = "shop"
    users: dict[str, int] = field(default_factory=dict)

    @property
    def here(self) -> Application:
        return self.app.extensions["fab_app"]  # type: ignore[no-any-return]

    @property
    def world(self) -> World:
        return self.here.world

    @property
    def engine(self) -> sa.Engine:
        return self.here.session.session_factory.kw["bind"]  # type: ignore[no-any-return]

    def entity(self, name: str) -> Entity:
        found = self.world.manifest.entity(self.portal, name)
        assert found is not None, name
        return found

    def table(self, name: str) -> sa.Table:
        return self.world.stored(self.entity(name)).table

    # --- rows --------------------------------------------------------------------------------

    def make(self, name: str, /, **values: Any) -> int:
        """A record that the system makes, through the one door."""
        with self.acting() as system_:
            return system_.writer.create(self.entity(name), values)

    def fill(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Many rows at once, past the door: only for numbers of rows."""
        now = self.world.clock.now()
        fixed = {"created_at": now, "updated_at": now}
        with self.engine.begin() as connection:
            connection.execute(
                sa.insert(self.table(name)), [{"uuid": str(uuid4()), **fixed, **row} for row in rows]
            )
            count_write(connection, self.world.tables, self.table(name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """What stands in the table, the deleted included, in the order in which it was made."""
        table = self.table(name)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]

    def row(self, name: str, id_: int) -> dict[str, Any]:
        return next(row for row in self.rows(name) if row["id"] == id_)

    def set(self, name: str, id_: int, /, **columns: Any) -> None:
        table = self.table(name)
        with self.engine.begin() as connection:
            connection.execute(sa.update(table).where(table.c.id == id_).values(columns))
            count_write(connection, self.world.tables, table)

    def many(self, name: str, field_: str, id_: int) -> list[Any]:
        """The members of a many-valued field."""
        side = self.world.stored(self.entity(name)).side[field_]
        with self.engine.connect() as connection:
            found = sa.select(side.c.value).where(side.c.owner_id == id_).order_by(side.c.position)
            return list(connection.scalars(found))

    def platform(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table of the framework itself."""
        with self.engine.connect() as connection:
            return [
                dict(row)
                for row in connection.execute(sa.select(self.world.tables.platform(name))).mappings()
            ]

    def audit(self, name: str, id_: int) -> list[dict[str, Any]]:
        key = self.entity(name).key
        found = [
            row for row in self.platform("base_audit") if (row["entity"], row["record_id"]) == (key, id_)
        ]
        return sorted(found, key=lambda row: row["id"])

    # --- people ------------------------------------------------------------------------------

    def person(self, account: str, /, *roles: str, portal: str = "", **values: Any) -> int:
        """An account with built-in roles of its portal; its password is PASSWORD."""
        portal = portal or self.portal
        role = self.world.tables.of("base.role").table
        with self.engine.connect() as connection:
            found = sa.select(role.c.id).where(role.c.portal == portal, role.c.code.in_(roles))
            keys = list(connection.scalars(found))
        assert len(keys) == len(roles), f"{portal} has not all of {roles}"
        given = {"account": account, "name": account, "roles": keys, **values}
        with self.acting() as system_:
            user = self.world.manifest.entities["base.user"]
            more = {"portal": portal, "password": hashed(PASSWORD)}
            self.users[account] = system_.writer.create(user, given, more)
        return self.users[account]

    def id_of(self, account: str) -> int:
        """The key of an account, also of one that the seeds made."""
        if account not in self.users:
            user = self.world.tables.of("base.user").table
            with self.engine.connect() as connection:
                self.users |= {
                    row.account: row.id for row in connection.execute(sa.select(user.c.account, user.c.id))
                }
        return self.users[account]

    def principal(self, account: str) -> Principal:
        session = self.here.session
        try:
            who = self.here.identities.by_user(session, self.id_of(account), "test", "")
            renew(self.world, session, who.version)
            return who
        finally:
            session.remove()

    def as_(self, account: str = "", **headers: str) -> Browser:
        """A browser in which this person is logged in; "" is nobody."""
        client = self.app.test_client()
        if account:
            session = self.here.session
            key = self.here.identities.begin(session, self.id_of(account), "", "")
            session.commit()
            session.remove()
            client.set_cookie("fab_session", key)
        return Browser(self, client, headers)

    @contextmanager
    def acting(self, account: str = "") -> Iterator[Acting]:
        """Reads and writes of a person (of the system where nobody is named) in one transaction."""
        who = self.principal(account) if account else system("test")
        session = self.here.session
        session.connection(execution_options=WRITING)
        reader = Reader(self.world, session, who, self.world.show(self.portal, locale.get()))
        try:
            yield Acting(reader, Writer(self.world, session, who, trusted=not account))
            session.commit()
        finally:
            session.rollback()
            session.remove()

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that reach the database; the beginning of a transaction is none."""
        found: list[str] = []

        def seen(connection: Any, cursor: Any, text: str, *rest: Any) -> None:
            if not text.startswith("BEGIN"):
                found.append(text)

        sa.event.listen(self.engine, "before_cursor_execute", seen)
        try:
            yield found
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", seen)

    def close(self) -> None:
        self.here.session.remove()
        self.engine.dispose()
        _unheard(self.here.session.session_factory.class_)


def _unheard(sessions: type[Session]) -> None:
    """Listeners hold the application, and what they listen to holds them: nothing of a closed site would ever go."""
    for name in Session.dispatch._event_names:
        getattr(Session.dispatch, name)._clslevel.get(sessions, deque()).clear()


@dataclass
class Browser:
    """Opens pages and posts their forms as a browser does, redirects not followed."""

    site: Site
    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str, **options: Any) -> Page:
        return Page(self._open("GET", path, **options))

    def json(self, path: str, **options: Any) -> Any:
        return self._open("GET", path, **options).get_json()

    def post(self, path: str, data: Any = None, **options: Any) -> Page:
        """Posts exactly these values, with the token of a page."""
        if not self.token:
            self.token = Page(self._open("GET", "/login/")).token
        pairs = list(data.items()) if isinstance(data, Mapping) else list(data or ())
        form: dict[str, Any] = {"csrf_token": [self.token]}
        for name, value in pairs:
            values = value if isinstance(value, list | tuple) and name != "file" else [value]
            form.setdefault(name, []).extend(values)
        return Page(self._open("POST", path, data=form, **options))

    def submit(self, path: str, /, **changes: Any) -> Page:
        """Opens the page, changes what is named in its form, and posts all of it to where the form says.

        A list gives a name several values; ``__`` in a name stands for ``-`` (child rows).
        """
        page = self.get(path)
        assert page.status == 200, f"{path}: {page.status} {page.text}"
        return self.send(page, **changes)

    def send(self, page: Page, /, **changes: Any) -> Page:
        changed = {name.replace("__", "-"): value for name, value in changes.items()}
        pairs = [(name, value) for name, value in page.form() if name not in changed and name != "csrf_token"]
        self.token = page.token
        return self.post(page.root.one("form", id="k-form").attrs["action"], [*pairs, *changed.items()])

    def follow(self, page: Page) -> Page:
        assert page.status in (302, 303), f"{page.status}: {page.text}"
        return self.get(page.location)

    def upload(self, entity: str, field_: str, content: bytes = PNG, name: str = "a.png") -> Page:
        return self.post(f"/{self.site.portal}/{entity}/upload/{field_}", {"file": (BytesIO(content), name)})

    def file(self, entity: str, field_: str, content: bytes = PNG, name: str = "a.png") -> int:
        """The id of a stored upload."""
        answer = self.upload(entity, field_, content, name)
        assert answer.status == 201, answer.response.get_data(as_text=True)
        return int(answer.response.get_json()["id"])

    def _open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Accept-Language": "zh", **self.headers, **options.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **options)


def write_home(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    folder.mkdir(exist_ok=True)
    return folder


def serve(folder: Path, home: Path, url: str, portal: str = "shop", **more: Any) -> Site:
    settings = Settings(
        home=home,
        database_url=url,
        secret_key="s" * 40,
        storage_url=str(folder / "files"),
        instance=folder,
        **{"captcha": "0000", **more},
    )
    return Site(create_app(settings), portal)


@dataclass
class Builder:
    """Makes sites and takes them down again."""

    folder: Path
    servers: Servers = field(default_factory=Servers)
    built: list[tuple[Site, str, str]] = field(default_factory=list)

    def __call__(
        self, files: Mapping[str, str] | Path, database: str = "sqlite", portal: str = "", **more: Any
    ) -> Site:
        """A site of these files, with an account for each role, called as the role."""
        folder = self.folder / f"site{len(self.built)}"
        folder.mkdir()
        home = files if isinstance(files, Path) else write_home(folder / "home", files)
        url = self.servers.new(database, folder)
        first = portal or next(
            (path.split("/")[1] for path in map(str, files) if path.startswith("schema/")), "base"
        )  # type: ignore[union-attr]
        site = serve(folder, home, url, first, **more)
        self.built.append((site, database, url))
        for path in () if isinstance(files, Path) else files:
            if path.startswith("permissions/"):
                _, of, role = path.removesuffix(".yaml").split("/")
                if not site.world.manifest.roles[f"{of}.{role}"].spec.seats:
                    site.person(role, role, portal=of)
        return site

    def close(self) -> None:
        for site, database, url in self.built:
            site.close()
            self.servers.drop(database, url)

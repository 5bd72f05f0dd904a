"""The walk over the route table: every rule, method and person, with a row that is seen and one that is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_jwt_extended import create_access_token
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from fab_app.fields.table import TableField
from fab_app.spec.manifest import Entity
from tests.leaks.cells import tellable
from tests.leaks.opinion import Opinion
from tests.leaks.planting import Cell, Marks
from tests.leaks.rows import Rows
from tests.projects import Site

FOUND = (200,)
LONGEST = 200


@dataclass
class Report:
    """What was checked and what was wrong with it."""

    checks: int = 0
    leaks: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)

    def once(self, what: str) -> bool:
        """Whether this is the first time: what hangs on no person is asked as one person alone."""
        first = what not in self.asked
        self.asked.add(what)
        return first

    def expect(self, holds: bool, told: str) -> None:
        self.checks += 1
        if not holds:
            self.leaks.append(told)


@dataclass
class Visitor:
    """A person with his client, and what he may be told. ``""`` is nobody."""

    site: Site
    rows: Rows
    known: Marks
    report: Report
    account: str
    searched: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.browser = self.site.as_(self.account)
        self.client = self.browser.client
        self.begin()
        self.bearer: dict[str, str] = {}
        if self.account:
            with self.site.app.app_context():
                token = create_access_token(identity=str(self.site.id_of(self.account)))
            self.bearer = {"Authorization": f"Bearer {token}"}

    def begin(self) -> None:
        """A page's token, without which nothing is posted; leaving takes it away."""
        page = self.client.get("/login/").get_data(as_text=True)
        self.token = re.search(r'name="csrf-token" content="([^"]*)"', page)[1]  # type: ignore[index]

    @cached_property
    def opinion(self) -> Opinion:
        return Opinion(self.rows, self.rows.person(self.account))

    @cached_property
    def tellable(self) -> set[Cell]:
        return tellable(self.opinion, self.known) if self.account else set()

    def ask(
        self,
        method: str,
        path: str,
        statuses: Iterable[int],
        told: str = "",
        but: Iterable[Cell] = (),
        **options: Any,
    ) -> TestResponse:
        """Asks and expects one of the statuses and no cell that this person may not be told, ``but`` these."""
        answer = self._open(method, path, options)
        wanted, status = tuple(statuses), answer.status_code
        name = f"{self.account or 'nobody'} {method} {path[:LONGEST]} {told}".rstrip()
        self.report.expect(status in wanted, f"{name}: {status}, not {'/'.join(map(str, wanted))}")
        self.scan(name, answer, but)
        return answer

    def scan(self, name: str, answer: TestResponse, but: Iterable[Cell] = ()) -> None:
        """No cell that may not be told stands in the answer, its headers included."""
        self.read(name, answer.get_data().decode("utf-8", "replace") + str(answer.headers), but)

    def read(self, name: str, text: str, but: Iterable[Cell] = ()) -> None:
        """As ``scan``, of a text that was taken out of an answer."""
        found = self.known.found(text) - self.tellable - set(but)
        told = ", ".join(sorted(self.known.told(cell) for cell in found)[:4])
        self.report.expect(not found, f"{name} tells {told}")

    def _open(self, method: str, path: str, options: dict[str, Any]) -> TestResponse:
        headers = {"Accept-Language": "zh", **options.pop("headers", {})}
        if path.startswith("/api/"):
            headers |= self.bearer
        elif method == "POST":
            options["data"] = {"csrf_token": self.token, **options.get("data", {})}
        answer = self.client.open(path, method=method, headers=headers, **options)
        if answer.status_code in (403, 404):
            forgotten(self.site, "refused")
        return answer

    def equal(self, found: Iterable[int], wanted: Iterable[int], told: str) -> None:
        found, wanted = set(found), set(wanted)
        name = f"{self.account or 'nobody'} {told}"
        self.report.expect(not found - wanted, f"{name} shows the hidden rows {sorted(found - wanted)[:5]}")
        self.report.expect(not wanted - found, f"{name} misses the rows {sorted(wanted - found)[:5]}")


@dataclass(frozen=True)
class Asked:
    """One rule for one person: the entity, a row of his and one that is not, each where there is one."""

    visitor: Visitor
    entity: Entity
    rule: Rule
    method: str

    @property
    def opinion(self) -> Opinion:
        return self.visitor.opinion

    @property
    def root(self) -> str:
        return f"/{self.entity.portal}/{self.entity.name}"

    @property
    def api(self) -> str:
        return f"/api/v1{self.root}"

    @property
    def missing(self) -> int:
        """What a row outside one's rows answers."""
        return self.visitor.rows.manifest.portals[self.entity.portal].spec.out_of_scope

    def may(self, *actions: str) -> bool:
        return any(self.opinion.may(self.entity, action) for action in actions)

    def may_within(self, *actions: str) -> bool:
        """Or may do it to a record whose table these rows are."""
        manifest = self.visitor.rows.manifest
        parents = [
            parent
            for parent in manifest.of_portal(self.entity.portal)
            for spec in parent.fields.values()
            if isinstance(spec, TableField) and manifest.entity(parent.portal, spec.of) is self.entity
        ]
        return any(self.opinion.may(one, action) for one in (self.entity, *parents) for action in actions)

    def may_move(self, field: str) -> bool:
        """Or may make a move that asks this field of the record."""
        moves = [(code, move) for code, found in self.entity.moves.items() for move in found]
        return any(field in move.dialog and self.may(f"move:{code}") for code, move in moves)

    def visible(self, action: str = "read") -> frozenset[int]:
        return self.opinion.visible(self.entity, action)

    def one(self, action: str = "read") -> int | None:
        """A row that the action reaches."""
        return max(self.visible(action), default=None)

    def hidden(self) -> int | None:
        """A row that is there and may not be read."""
        return max(self.visitor.rows.of(self.entity).keys() - self.visible(), default=None)

    def only_read(self, action: str) -> int | None:
        """A row that may be read, while the action does not reach it."""
        return max(self.visible() - self.visible(action), default=None)

    def too_late(self, action: str, id_: int) -> int:
        """403; 409 where a chain asked the person about the row and does so no more."""
        awaiting = self.opinion.awaiting
        late = awaiting.decides(self.entity, action) and id_ in awaiting.answered(self.entity)
        return 409 if late else 403

    def unchanged(self, id_: int, before: Mapping[str, Any], told: str) -> None:
        after = stored(self.visitor.site, self.entity, id_)
        self.visitor.report.expect(
            after == before, f"{self.visitor.account} {told} changed the hidden row {id_}"
        )


def stored(site: Site, entity: Entity, id_: int) -> dict[str, Any]:
    """The row as it stands in the database now."""
    import sqlalchemy as sa

    table = site.world.tables.of(entity.key).table
    with site.engine.connect() as connection:
        row = connection.execute(sa.select(table).where(table.c.id == id_)).mappings().first()
    return dict(row) if row is not None else {}


def exported_rows(asked: Asked, rows: frozenset[int]) -> int:
    """How many rows an export has: told in the log before it is sent, that of the log holds its own entry too."""
    own = asked.entity.owner == "base.audit" and bool(asked.visible("export"))
    return len(rows) + own


def untold(asked: Asked) -> None:
    """Takes exports and prints out of the log again: what is expected of its lists was read before the walk."""
    forgotten(asked.visitor.site, "export", "print")


def forgotten(site: Site, *actions: str) -> None:
    """Takes the entries of these actions out of the log."""
    import sqlalchemy as sa

    audit = site.world.tables.of("base.audit").table
    with site.engine.begin() as connection:
        connection.execute(sa.delete(audit).where(audit.c.action.in_(actions)))


def downloaded(asked: Asked, path: str) -> TestResponse | None:
    """The export as it came, None where there is nothing to read; the log is then as it was."""
    if not asked.may("export"):
        asked.visitor.ask(asked.method, path, [403])
        return None
    answer = asked.visitor.ask(asked.method, path, [200])
    untold(asked)
    return answer if asked.method == "GET" else None


Check = Callable[[Asked], None]


def shape(rule: str, entities: Iterable[Entity]) -> tuple[str, Entity | None]:
    """The rule with the entity's address and the limits of its numbers taken out, and the entity."""
    rule = plain(rule)
    for entity in entities:
        for root in (f"/api/v1/{entity.portal}/{entity.name}/", f"/{entity.portal}/{entity.name}/"):
            if rule.startswith(root):
                return ("/api" if root.startswith("/api") else "") + "/E/" + rule[len(root) :], entity
    return rule, None


def plain(rule: str) -> str:
    """The rule without the limits of its converters."""
    return re.sub(r"<([a-z]+)\([^)]*\):", r"<\1:", rule)


def rules(site: Site) -> Iterator[Rule]:
    yield from sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule)

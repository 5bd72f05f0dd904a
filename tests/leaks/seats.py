"""What addresses of people without an account must answer: to them as screens do, to everybody else nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from werkzeug.routing import Rule

from fab_app.spec.manifest import Entity
from tests.leaks.opinion import Opinion
from tests.leaks.planting import Cell, Marks
from tests.leaks.platform import filled
from tests.leaks.rows import Person, Row, Rows
from tests.leaks.screens import SCREENS
from tests.leaks.steps import STEPS
from tests.leaks.walk import Asked, Check, Report, Visitor, plain, rules
from tests.projects import Site

OWN: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "/P/m/": {"GET": (200,)},
    "/P/m/seats": {"GET": (200,)},
    "/P/m/sit": {"POST": (404,)},
    "/P/m/out": {"POST": (303,)},
    "/P/m/in/<seat>": {"GET": (303,)},
    "/P/m/back/<seat>": {"GET": (403,)},
}
"""What belongs to no entity: shape -> method -> what anybody gets who comes with nothing."""
SCREEN: Mapping[str, Check] = {
    f"/P/m{kind}": check
    for kind, check in {**SCREENS, **STEPS}.items()
    if kind.split("/")[2] in ("list", "show", "add", "edit", "options", "file", "do", "draft", "upload")
    and "/related/" not in kind
    and kind != "/E/do/<code>"
}
SEATS = frozenset((*OWN, *SCREEN))


def seat_shape(rule: str, site: Site) -> str:
    """The rule with portal, place and entity taken out; "" where no seat acts."""
    found = re.match(r"/([^/]+)/m/(?:2/)?(.*)", plain(rule))
    portal = site.world.manifest.portals.get(found[1]) if found is not None else None
    if found is None or portal is None or not portal.spec.seats:
        return ""
    name, slash, rest = found[2].partition("/")
    if name in ("in", "back") and rest in portal.spec.seats:
        return f"/P/m/{name}/<seat>"
    return f"/P/m/E/{rest}" if slash and site.world.manifest.entity(portal.name, name) else f"/P/m/{found[2]}"


def nobody_sits(visitor: Visitor, rule: Rule, method: str) -> None:
    """Accounts and nobody: no page of a person opens, whatever they may do at the desk."""
    kind, path = seat_shape(rule.rule, visitor.site), filled(rule.rule)
    told = "GET" if method == "HEAD" else method
    named = people(visitor) if kind in ("/P/m/", "/P/m/seats") else ()
    visitor.ask(method, path, OWN[kind][told] if kind in OWN else (302,), but=named)


def people(visitor: Visitor) -> list[Cell]:
    """The demo's choice names who may sit down."""
    manifest, known, portal = visitor.rows.manifest, visitor.known, visitor.site.portal
    found = (manifest.entity(portal, seat.entity) for seat in manifest.portals[portal].spec.seats.values())
    places = ((one, name) for one in found if one is not None for name in one.title_paths)
    return [
        known.cell(one.owner, name, id_) for one, name in places for id_ in visitor.rows.tables[one.owner]
    ]


@dataclass
class Seated(Visitor):
    """A person without an account."""

    seat: int = 0
    kind: str = ""

    def __post_init__(self) -> None:
        from tests.seats.home import seated

        self.browser = seated(self.site, self.seat)
        self.client = self.browser.client
        self.begin()
        self.bearer = {}

    @cached_property
    def opinion(self) -> Opinion:
        """What the YAML says of the row in which he sits."""
        manifest, portal = self.rows.manifest, self.site.portal
        entity = manifest.entity(portal, manifest.portals[portal].spec.seats[self.kind].entity)
        assert entity is not None
        held = tuple(role.key for role in manifest.roles.values() if self.kind in role.spec.seats)
        who = Person(0, self.account, portal, held, {"org": None, "region": None, self.kind: self.seat})
        row = Row(self.rows, entity, self.seat, who)
        values = {f"{self.kind}.{name}": row.value((name,)) for name in entity.stored}
        return Opinion(self.rows, Person(0, self.account, portal, held, {**who.values, **values}))


@dataclass(frozen=True)
class AskedThere(Asked):
    """One rule of the phone for one seat."""

    @property
    def root(self) -> str:
        return f"/{self.entity.portal}/m/{self.entity.name}"


def prove_seats(site: Site, kind: str, seats: Iterable[int]) -> Report:
    """Everything that these people get at every address of the phone, by the same checks as the desk's screens."""
    report, rows, known = Report(), Rows(site).read(), Marks(site)
    for seat in seats:
        visitor = Seated(site, rows, known, report, f"{kind}:{seat}", seat=seat, kind=kind)
        for rule in rules(site):
            check, entity = SCREEN.get(seat_shape(rule.rule, site)), _entity(site, rule.rule)
            if check is not None and entity is not None and "/m/2/" not in rule.rule:
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    check(AskedThere(visitor, entity, rule, method))
    return report


def _entity(site: Site, rule: str) -> Entity | None:
    parts = rule.split("/")
    return site.world.manifest.entity(site.portal, parts[3]) if len(parts) > 4 else None

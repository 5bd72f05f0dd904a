"""What addresses of people without an account must answer: to them as screens do, to everybody else nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from werkzeug.routing import Rule

from fab_app.spec.manifest import Entity
from tests.leaks.cells import tellable
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
    portal = rule.rule.split("/")[1]
    named = people(visitor, portal) if kind in ("/P/m/", "/P/m/seats") else ()
    visitor.ask(method, path, OWN[kind][told] if kind in OWN else (302,), but=named)


def people(visitor: Visitor, portal: str) -> list[Cell]:
    """The demo's choice names who may sit down."""
    manifest, known = visitor.rows.manifest, visitor.known
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
    portal: str = ""

    def __post_init__(self) -> None:
        from tests.seats.home import seated

        self.browser = seated(self.site, self.seat, portal=self.portal, kind=self.kind)
        self.client = self.browser.client
        self.begin()
        self.bearer = {}

    @cached_property
    def opinion(self) -> Opinion:
        """What the YAML says of the row in which he sits."""
        return opinion_of(self.rows, self.portal, self.kind, self.seat)

    @cached_property
    def tellable(self) -> set[Cell]:
        """His own name stands on every page, also where he may not read his row."""
        entity = _people_of(self.rows, self.portal, self.kind)
        own = {self.known.cell(entity.owner, name, self.seat) for name in entity.title_paths}
        return tellable(self.opinion, self.known) | own


def opinion_of(rows: Rows, portal: str, kind: str, seat: int) -> Opinion:
    manifest, entity = rows.manifest, _people_of(rows, portal, kind)
    roles = (role for role in manifest.roles.values() if role.portal == portal and kind in role.spec.seats)
    held, account = tuple(role.key for role in roles), f"{kind}:{seat}"
    who = Person(0, account, portal, held, {"org": None, "region": None, kind: seat})
    row = Row(rows, entity, seat, who)
    values = {f"{kind}.{name}": row.value((name,)) for name in entity.stored}
    return Opinion(rows, Person(0, account, portal, held, {**who.values, **values}))


def chosen(rows: Rows, portal: str, kind: str, most: int = 3) -> list[int]:
    """Seats that together see and miss rows of as many kinds of record as possible."""
    manifest, entity = rows.manifest, _people_of(rows, portal, kind)
    there = {seat: opinion_of(rows, portal, kind, seat) for seat in rows.of(entity)}
    both = {
        seat: {
            one.key for one in manifest.of_portal(portal) if 0 < len(opinion.visible(one)) < len(rows.of(one))
        }
        for seat, opinion in there.items()
    }
    found: list[int] = []
    for _ in range(min(most, len(both))):
        proven = set().union(*(both[seat] for seat in found))
        left = [seat for seat in both if seat not in found]
        found.append(max(left, key=lambda seat: (len(both[seat] - proven), len(both[seat]))))
    return found


@dataclass(frozen=True)
class AskedThere(Asked):
    """One rule of the phone for one seat."""

    @property
    def root(self) -> str:
        return f"/{self.entity.portal}/m/{self.entity.name}"


def prove_seats(site: Site, kind: str, seats: Iterable[int], portal: str = "shop") -> Report:
    """Everything that these people get at every address of the phone, by the same checks as the desk's screens."""
    report, rows, known = Report(), Rows(site).read(), Marks(site)
    for seat in seats:
        visitor = Seated(site, rows, known, report, f"{kind}:{seat}", seat=seat, kind=kind, portal=portal)
        for rule in rules(site):
            check, entity = SCREEN.get(seat_shape(rule.rule, site)), _entity(site, portal, rule.rule)
            if check is not None and entity is not None and "/m/2/" not in rule.rule:
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    check(AskedThere(visitor, entity, rule, method))
    return report


def prove_all_seats(site: Site, record: Callable[[str, object], None]) -> list[str]:
    """People without an account of every portal; the leaks."""
    leaks, rows = [], Rows(site).read()
    for portal in site.world.manifest.portals.values():
        for kind in portal.spec.seats:
            report = prove_seats(site, kind, chosen(rows, portal.name, kind), portal.name)
            words = f"{portal.name} {kind} on {site.engine.dialect.name}"
            record(
                "proof", f"leak proof, seats of {words}: {report.checks:,} checks, {len(report.leaks)} leaks"
            )
            assert report.checks > 500, words
            leaks += report.leaks
    return leaks[:40]


def _people_of(rows: Rows, portal: str, kind: str) -> Entity:
    entity = rows.manifest.entity(portal, rows.manifest.portals[portal].spec.seats[kind].entity)
    assert entity is not None
    return entity


def _entity(site: Site, portal: str, rule: str) -> Entity | None:
    parts = rule.split("/")
    return site.world.manifest.entity(portal, parts[3]) if len(parts) > 4 and parts[1] == portal else None

"""What each screen of an entity must answer, by the shape of its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from fab_app.expr import closure
from fab_app.spec import defaults
from fab_app.spec.layout import DetailTable
from fab_app.spec.manifest import Entity
from tests.leaks import words
from tests.leaks.rows import Row
from tests.leaks.walk import Asked, Check, stored

NOWHERE = 987654
STALE = "999999"
_ROW = re.compile(r'<(?:tr|a class="k-m-card)[^>]*\bdata-id="(\d+)"')
_TAB = re.compile(r'id="tab-([a-z_0-9]+)"[^>]*>[^<]*<span class="k-count[^>]*>([\d,+]+)<')
_TOTAL = re.compile(r'id="k-total"[^>]*>[^<]*?([\d,]+)')


def list_(asked: Asked) -> None:
    path, visitor = f"{asked.root}/list/", asked.visitor
    if not asked.may("read"):
        visitor.ask(asked.method, path, [403])
        return
    page = visitor.ask(asked.method, f"{path}?size=100", [200]).get_data(as_text=True)
    if asked.method == "HEAD":
        return
    tabs = asked.entity.spec.listing.tabs
    shown = {code: within_tab(asked, code) for code in tabs} or {"": asked.visible()}
    wanted = next(iter(shown.values()))
    visitor.equal(map(int, _ROW.findall(page)), wanted, f"GET {path}")
    counts = {code: int(count.replace(",", "")) for code, count in _TAB.findall(page)}
    beside = {code: len(ids) for code, ids in shown.items() if code in tabs and not tabs[code].apart}
    if tabs and not tabs[next(iter(tabs))].apart:
        visitor.report.expect(
            counts == beside,
            f"{visitor.account} GET {path}: the tabs count {counts}",
        )
    total = _TOTAL.search(page)
    told = total is not None and int(total[1].replace(",", "")) == len(wanted)
    visitor.report.expect(told, f"{visitor.account} GET {path}: the total is wrong")
    _filtered(asked, path)
    _worded(asked, path)
    if asked.entity.owner == "base.audit":
        visitor.ask(asked.method, f"{path}?part=titles&size=100", [200])
    for code in (code for code, tab in tabs.items() if tab.apart):
        page = visitor.ask(asked.method, f"{path}?tab={code}&size=100", [200]).get_data(as_text=True)
        visitor.equal(map(int, _ROW.findall(page)), shown[code], f"GET {path}?tab={code}")


def within_tab(asked: Asked, tab: str) -> frozenset[int]:
    where = asked.entity.spec.listing.tabs[tab].where
    if where is None:
        return asked.visible()
    rows, who = asked.visitor.rows, asked.opinion.who
    return frozenset(i for i in asked.visible() if closure(where)(Row(rows, asked.entity, i, who)) is True)


def _filtered(asked: Asked, path: str) -> None:
    """No condition of the query form, and no parent, finds or tells a hidden row."""
    visitor, hidden = asked.visitor, asked.hidden()
    if hidden is None:
        return
    columns = {name: asked.entity.columns[name] for name in asked.entity.stored}
    for search in asked.entity.spec.listing.search[:1]:
        column = columns.get(search.field)
        if column is not None and column in visitor.known.marked(asked.entity.owner):
            mark = visitor.known.cell(asked.entity.owner, column, hidden)
            answer = visitor.client.get(f"{path}?{search.field}={mark}", headers={"Accept-Language": "zh"})
            rows = _ROW.findall(answer.get_data(as_text=True))
            visitor.report.expect(
                rows == [], f"{visitor.account} finds the hidden row {hidden} by {search.field}"
            )
    for name, target in _references(asked):
        outside = visitor.rows.of(target).keys() - asked.opinion.visible(target)
        if outside:
            unknown = name in asked.opinion.closed(asked.entity)
            visitor.ask("GET", f"{path}?of={name}:{max(outside)}", [400] if unknown else [403, 404])


def _worded(asked: Asked, path: str) -> None:
    """No condition of the query form finds a row that is seen by what the person is not told of it."""
    visitor, entity = asked.visitor, asked.entity
    for search in (one for one in entity.spec.listing.search if one.field in entity.stored):
        for word in (*words.own(asked, search.field), *words.titles(asked, search.field)):
            answer = visitor.client.get(f"{path}?{search.field}={word}", headers={"Accept-Language": "zh"})
            rows = _ROW.findall(answer.get_data(as_text=True))
            visitor.report.expect(rows == [], f"{visitor.account} finds {rows} by {search.field}={word}")


def _references(asked: Asked) -> Iterator[tuple[str, Entity]]:
    for name in asked.entity.stored:
        target = asked.visitor.rows.manifest.target(asked.entity, name)
        if target is not None and asked.entity.fields[name].storage == "column":
            yield name, target


def show(asked: Asked) -> None:
    row_step(asked, "show/{id}", "read", [200])


def edit(asked: Asked) -> None:
    row_step(asked, "edit/{id}", "edit", [200, 409] if asked.method != "POST" else [409, 422])


def delete(asked: Asked) -> None:
    row_step(asked, "delete/{id}", "delete", [409, 422])


def row_step(asked: Asked, path: str, action: str, allowed: list[int]) -> None:
    """A row of one's own, one that may only be read, one that is hidden, one that is not there."""
    visitor, data = asked.visitor, {"data": {"version": STALE}} if asked.method == "POST" else {}
    place = f"{asked.root}/{path}"
    if not asked.may(action):
        ids = [id_ for id_ in (asked.one(), asked.hidden()) if id_ is not None] or [NOWHERE]
        for id_ in ids:
            visitor.ask(asked.method, place.format(id=id_), [403], **dict(data))
        return
    own, readable, hidden = asked.one(action), asked.only_read(action), asked.hidden()
    if own is not None:
        visitor.ask(asked.method, place.format(id=own), allowed, **dict(data))
    if readable is not None:
        late = asked.too_late(action, readable)
        visitor.ask(asked.method, place.format(id=readable), [late], "(may be read)", **dict(data))
    visitor.ask(asked.method, place.format(id=NOWHERE), [404], **dict(data))
    if hidden is not None:
        before = stored(visitor.site, asked.entity, hidden)
        visitor.ask(asked.method, place.format(id=hidden), [asked.missing], "(hidden)", **dict(data))
        asked.unchanged(hidden, before, f"{asked.method} {path}")


def related(asked: Asked) -> None:
    visitor, own, hidden = asked.visitor, asked.one(), asked.hidden()
    tables = [part for part in defaults.details(asked.entity) if isinstance(part, DetailTable)]
    if not asked.may("read"):
        visitor.ask(asked.method, f"{asked.root}/show/{hidden or NOWHERE}/related/0", [403])
        return
    if hidden is not None:
        visitor.ask(asked.method, f"{asked.root}/show/{hidden}/related/0", [asked.missing, 404])
    for index, part in enumerate(tables) if own is not None else ():
        child = visitor.rows.manifest.entity(asked.entity.portal, part.table)
        assert child is not None
        seen = asked.opinion.may(child, "read")
        answer = visitor.ask(asked.method, f"{asked.root}/show/{own}/related/{index}", [200 if seen else 404])
        rows = set(map(int, _ROW.findall(answer.get_data(as_text=True))))
        outside = rows - asked.opinion.visible(child)
        visitor.report.expect(
            not outside, f"{visitor.account} {asked.root} {own} lists {part.table} {outside}"
        )
    visitor.ask(
        asked.method, f"{asked.root}/show/{own or NOWHERE}/related/{len(tables)}", [404, asked.missing]
    )


def add(asked: Asked) -> None:
    visitor, path = asked.visitor, f"{asked.root}/add"
    if not asked.may("add"):
        visitor.ask(asked.method, path, [403])
        return
    visitor.ask(asked.method, path, [200, 409] if asked.method != "POST" else [303, 409, 422])
    _taken_back(asked)
    for name, target in _references(asked):
        outside = visitor.rows.of(target).keys() - asked.opinion.choosable(target)
        if outside and name not in ("created_by", "updated_by"):
            key = max(outside)
            before = len(visitor.rows.tables[asked.entity.owner])
            visitor.ask(
                asked.method, f"{path}?of={name}:{key}", [200, 400, 403, 404, 409, 422], "(hidden parent)"
            )
            if asked.method == "POST":
                visitor.ask("POST", path, [303, 400, 403, 404, 409, 422], "(hidden)", data={name: str(key)})
                _made(asked, name, key, before)


def _taken_back(asked: Asked) -> None:
    """What a form without answers made is gone again: what is expected of lists was read before the walk."""
    if asked.method != "POST" or asked.entity.owner != asked.entity.key:
        return
    tables, audit = asked.visitor.site.world.tables, asked.visitor.site.world.tables.of("base.audit").table
    table, known = tables.of(asked.entity.key).table, asked.visitor.rows.tables[asked.entity.owner]
    with asked.visitor.site.engine.begin() as connection:
        for id_ in connection.scalars(sa.select(table.c.id).where(table.c.id > max(known, default=0))).all():
            connection.execute(sa.delete(table).where(table.c.id == id_))
            here = (audit.c.entity == asked.entity.key, audit.c.record_id == id_)
            connection.execute(sa.delete(audit).where(*here))


def _made(asked: Asked, name: str, key: int, before: int) -> None:
    """No new row refers to what was hidden."""
    table = asked.visitor.site.world.tables.of(asked.entity.key).table
    newest = sa.select(table.c[asked.entity.columns[name]]).order_by(table.c.id.desc()).limit(1)
    count = sa.select(sa.func.count()).select_from(table)
    with asked.visitor.site.engine.connect() as connection:
        wrong = connection.scalar(count) != before and connection.scalar(newest) == key
    asked.visitor.report.expect(
        not wrong, f"{asked.visitor.account} made a row under the hidden {name} {key}"
    )


def options(asked: Asked) -> None:
    visitor, manifest = asked.visitor, asked.visitor.rows.manifest
    for name in _pickers(asked):
        target = manifest.target(asked.entity, name)
        path = f"{asked.root}/options/{name}"
        if not asked.may_within("read", "add", "edit") or target is None:
            visitor.ask(asked.method, path, [404])
            continue
        if name in asked.opinion.hidden(asked.entity):
            visitor.ask(asked.method, path, [400])
            continue
        first = target.key not in visitor.searched
        found = _offered(asked, path, 12 if first else 2)
        choosable = asked.opinion.choosable(target)
        if not first or visitor.site.world.tables.of(target.key).closure is not None:
            visitor.report.expect(
                not found - choosable, f"{visitor.account} {path} offers {found - choosable}"
            )
        elif asked.method == "GET":
            visitor.equal(found, choosable, f"GET {path}")
        if first:
            visitor.searched.add(target.key)
            _searched(asked, target, path)


def _pickers(asked: Asked) -> list[str]:
    """Every reference that may be read, and a field that is none."""
    fields = asked.entity.fields.items()
    references = [
        name for name, spec in fields if spec.field_type().target and spec.type != "table" and spec.readable
    ]
    return references + [name for name, spec in fields if spec.type in ("text", "serial")][:1]


def _offered(asked: Asked, path: str, end: int) -> set[int]:
    """What is offered on the pages before this one; every page of a target once, for it is the person's alone."""
    found: set[int] = set()
    for page in range(1, end):
        answer = asked.visitor.ask(asked.method, f"{path}?page={page}", [200])
        body = answer.get_json(silent=True) or {"result": [], "more": False}
        found |= {int(option["value"]) for option in body["result"]}
        if not body["more"]:
            break
    return found


def _searched(asked: Asked, target: Entity, path: str) -> None:
    """The words of a hidden row find nothing."""
    visitor = asked.visitor
    hidden = max(visitor.rows.of(target).keys() - asked.opinion.choosable(target), default=None)
    columns = [target.columns.get(name, name) for name in target.title_paths]
    marked = [column for column in columns if column in visitor.known.marked(target.owner)]
    for column in marked[:1] if hidden is not None and asked.method == "GET" else ():
        mark = visitor.known.cell(target.owner, column, hidden)
        body = visitor.client.get(f"{path}?q={mark}&for=form").get_json()
        visitor.report.expect(not body.get("result"), f"{visitor.account} {path} finds the hidden {hidden}")


SCREENS: dict[str, Check] = {
    "/E/list/": list_,
    "/E/show/<int:pk>": show,
    "/E/show/<int:pk>/related/<int:index>": related,
    "/E/add": add,
    "/E/edit/<int:pk>": edit,
    "/E/delete/<int:pk>": delete,
    "/E/options/<field>": options,
}

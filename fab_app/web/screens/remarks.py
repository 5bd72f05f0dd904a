"""What the author says above a list, to whom it concerns, and above the pages of a record that it holds of."""

from __future__ import annotations

from fab_app.access.guards import PersonEnv
from fab_app.core.words import locale
from fab_app.expr import closure
from fab_app.runtime.query import Asking
from fab_app.runtime.selection import shown_field
from fab_app.spec.layout import PageRemark
from fab_app.spec.listing import Remark
from fab_app.spec.manifest import Entity
from fab_app.spec.notice import filled as put_in
from fab_app.spec.notice import places
from fab_app.web import context
from fab_app.web.pages import Alert
from fab_app.web.wording import filled


def remarks(entity: Entity, tab: str = "") -> tuple[Alert, ...]:
    listing = entity.spec.listing
    written = (*listing.remarks, *(listing.tabs[tab].remarks if tab in listing.tabs else ()))
    found = (one for one in written if _concerns(entity, one))
    return tuple(Alert(filled(entity.portal, one.text.of(locale.get()))) for one in found)


def _concerns(entity: Entity, remark: Remark) -> bool:
    if remark.when is None:
        return True
    world = context.world()
    person = PersonEnv(context.principal(), world.tables.settings.of(entity.portal))
    return closure(remark.when)(person) is True


def of_record(entity: Entity, pk: int) -> tuple[Alert, ...]:
    """The sentences above this record's pages, with what the person may read: one statement if there are any."""
    written = entity.spec.remarks
    if not written:
        return ()
    world, reader, asking = context.world(), context.reader(entity), context.asking(entity)
    settings = world.tables.settings.of(entity.portal)
    named = dict.fromkeys(path for one in written for path in places(one.text) if path not in settings)
    told = {name: path for name in named if _tells(asking, path := tuple(name.split(".")))}
    flags = [one.when for one in written if one.when is not None]
    record = reader.one(entity, pk, tuple(told.values()), flags)
    if record is None:
        return ()
    words = {key: "" if value is None else str(value) for key, value in settings.items()}
    for name, path in told.items():
        found = world.manifest.walk(entity, path)
        assert found is not None
        words[name] = shown_field(found[1]).text(record.values.get(name), reader.show)
    holding = (one for one in written if one.when is None or record.flags.get(one.when.text))
    return tuple(_alert(one, words) for one in holding)


def _tells(asking: Asking, path: tuple[str, ...]) -> bool:
    return asking.shows(path) and not asking.masks(path)


def _alert(one: PageRemark, words: dict[str, str]) -> Alert:
    return Alert(put_in(one.text.of(locale.get()), words), one.tone)

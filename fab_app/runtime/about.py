"""What records the entries of the log are about: their titles, as far as the reader may see the records.

Of a record that he may not see, or that is gone, there is none: its number stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fab_app.fields.record_kind import RecordKindField
from fab_app.fields.ref import Ref
from fab_app.runtime.query import Asking, Query
from fab_app.runtime.reading import Reader
from fab_app.runtime.veils import AUDIT
from fab_app.spec.manifest import Entity

Meant = tuple[str, int]
"""The key of a kind of record, and the number of one."""


def pair(asking: Asking) -> tuple[str, str] | None:
    """The fields of kind and number, by whatever name a view of the log has them.

    None for what is no log, and where one of them is masked: a title would tell it.
    """
    entity = asking.entity
    if entity.owner != AUDIT:
        return None
    kind = next(name for name, field in entity.fields.items() if isinstance(field, RecordKindField))
    number = next(name for name, column in entity.columns.items() if column == "record_id")
    return None if asking.masks((kind,)) or asking.masks((number,)) else (kind, number)


def titles(
    reader: Reader, portal: str, meant: Iterable[tuple[str | None, int | None]]
) -> Mapping[Meant, Ref]:
    """Title and address of these records; one statement for each kind of them, whatever their number."""
    keys: dict[str, set[int]] = {}
    for kind, number in meant:
        if kind is not None and number is not None:
            keys.setdefault(kind, set()).add(number)
    return {(kind, ref.id): ref for kind, ids in keys.items() for ref in _of_kind(reader, portal, kind, ids)}


def _of_kind(reader: Reader, portal: str, name: str, keys: Iterable[int]) -> Iterator[Ref]:
    target = _opened(reader, portal, name)
    if target is None:
        return
    asking = Asking(reader.world, target, reader.principal)
    tellers = {part: asking.teller(part, reader.show) for part in target.title_paths}
    query = Query(columns=tuple((part,) for part in tellers))
    for record in reader.rows_of(target, query, sorted(keys)):
        title = target.title({part: tell(record.values[part]) for part, tell in tellers.items()})
        if title:
            yield Ref(
                record.id, title, f"{reader.principal.pages(target.portal, target.name)}/show/{record.id}"
            )


def _opened(reader: Reader, portal: str, name: str) -> Entity | None:
    """The kind as the reader may open it: itself, or the portal's view of it."""
    world = reader.world
    known = world.manifest.entities.get(name)
    views = [one for one in world.manifest.of_portal(portal) if one.owner == name and one is not known]
    kinds = [*([known] if known is not None else []), *views]
    return next((kind for kind in kinds if world.grants.may(reader.principal, kind.key, "read")), None)

"""SQLite cannot alter much in place: such a table is made anew under another name, filled and renamed.

Runs with references unchecked (see ``ledger.locked``) and inside one transaction, so a crash leaves the old
table. What was set aside earlier (``zz_…``) moves along.
"""

from __future__ import annotations

from collections.abc import Iterable

from fab_app.store import misfits
from fab_app.store.change import Change, Grade
from fab_app.store.compare import ASIDE, FRESH, LONGEST, Comparison, counted, inline_foreign
from fab_app.store.shape import TableShape

NATIVE = frozenset({"index", "unique", "column"})


def for_sqlite(comparison: Comparison, changes: Iterable[Change]) -> tuple[list[Change], Change | None]:
    """The changes with only those steps that are still theirs, and the rebuild that makes the others."""
    kept = list(changes)
    if not any(_needs_rebuild(comparison, change, kept) for change in kept):
        return kept, None
    if any(change.grade is Grade.blocked for change in kept):
        return kept, None
    prepared = [change if change.kind == "type" else change.without_steps() for change in kept]
    return prepared, _rebuild(comparison)


def _needs_rebuild(comparison: Comparison, change: Change, all_changes: list[Change]) -> bool:
    if change.kind == "column":
        return not _can_be_added(comparison, change.name)
    if change.kind == "foreign key":
        added = {one.name for one in all_changes if one.kind == "column"}
        inline = {
            name
            for name in added
            for foreign in inline_foreign(comparison.table, name)
            if _is(foreign, change)
        }
        return not inline
    return not change.steps or change.kind not in NATIVE | {"index gone", "unique gone"}


def _is(foreign: object, change: Change) -> bool:
    constraint = getattr(foreign, "constraint", None)
    single = constraint is not None and len(constraint.column_keys) == 1
    name = getattr(constraint, "name", None) or ""
    return single and name == change.name


def _can_be_added(comparison: Comparison, name: str) -> bool:
    """SQLite adds a column only if it is empty or has a constant default, which must not point elsewhere."""
    new = comparison.wanted.columns[name]
    if new.computed:
        return False
    if new.default is None:
        return new.nullable
    constant = not new.default.startswith("current_") and "(" not in new.default
    return constant and not inline_foreign(comparison.table, name)


def _rebuild(comparison: Comparison) -> Change:
    table, ddl = comparison.table, comparison.ddl
    name = table.name
    fresh = f"{FRESH}{name}"[:LONGEST]
    create, *indexes = ddl.create_table(table)
    create = create.replace(f"CREATE TABLE {ddl.q(name)}", f"CREATE TABLE {ddl.q(fresh)}", 1)
    sources, asides = _sources(comparison)
    targets = ", ".join(ddl.q(one) for one in sources)
    values = ", ".join(ddl.q(one) for one in sources.values())
    rows = misfits.row_count(comparison.connection, comparison.found.source)
    steps = (
        f"DROP TABLE IF EXISTS {ddl.q(fresh)}",
        create,
        *(ddl.add_bare(fresh, aside, raw) for aside, raw in asides.items()),
        f"INSERT INTO {ddl.q(fresh)} ({targets}) SELECT {values} FROM {ddl.q(name)}",  # noqa: S608  (quoted)
        f"DROP TABLE {ddl.q(name)}",
        f"ALTER TABLE {ddl.q(fresh)} RENAME TO {ddl.q(name)}",
        *indexes,
    )
    text = f"Table {name} is written anew with its {counted(rows)}."
    return Change("rebuild", name, name, Grade.safe, text, steps, rows)


def _sources(comparison: Comparison) -> tuple[dict[str, str], dict[str, str]]:
    """New column -> the column its values come from; and the columns set aside with their types."""
    found: TableShape = comparison.found
    sources: dict[str, str] = {}
    asides: dict[str, str] = {}
    for name, old in found.columns.items():
        if old.computed:
            continue  # the new table computes it, or has it no more
        if name in comparison.wanted.columns and name not in comparison.converted:
            sources[name] = name
        elif not name.startswith(FRESH):
            aside = name if name.startswith(ASIDE) else comparison.aside(name)
            asides[aside], sources[aside] = old.raw, name
    sources |= {name: f"{FRESH}{name}"[:LONGEST] for name in comparison.converted}
    return sources, asides

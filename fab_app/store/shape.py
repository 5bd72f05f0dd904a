"""What a table looks like, read from definitions and from the live database in the same words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.compiler import DDLCompiler

VERSION: Final = 1
"""Goes into the digest: raise it when the comparison sees more than before."""


@dataclass(frozen=True)
class ColumnShape:
    """``type`` is spelled alike for equal types; ``raw`` is good DDL. ``source``: its name before renames."""

    name: str
    type: str
    nullable: bool
    default: str | None
    raw: str = field(compare=False)
    source: str = field(compare=False)
    computed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Key:
    """An index or unique constraint. Names may differ (renamed tables keep them), columns may not."""

    columns: tuple[str, ...]
    unique: bool
    name: str | None = field(default=None, compare=False)
    constraint: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Foreign:
    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    ondelete: str | None
    name: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class TableShape:
    """``source``: the table's name before renames; of a definition the same as ``name``."""

    name: str
    columns: Mapping[str, ColumnShape]
    primary: tuple[str, ...]
    keys: frozenset[Key]
    foreign: frozenset[Foreign]
    source: str = field(compare=False)


def wanted_shapes(metadata: sa.MetaData, dialect: sa.Dialect) -> dict[str, TableShape]:
    return {name: _wanted(table, dialect) for name, table in metadata.tables.items()}


def found_shapes(connection: sa.Connection, names: Collection[str]) -> dict[str, TableShape]:
    """The tables of ``names`` that exist. Other tables of the database are not looked at."""
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names()) & set(names)
    if not there:
        return {}
    asked: dict[str, Any] = {"filter_names": sorted(there)}
    columns = inspector.get_multi_columns(**asked)
    primaries = inspector.get_multi_pk_constraint(**asked)
    indexes = inspector.get_multi_indexes(**asked)
    uniques = inspector.get_multi_unique_constraints(**asked)
    foreigns = inspector.get_multi_foreign_keys(**asked)
    shapes: dict[str, TableShape] = {}
    for at, found in columns.items():
        primary = tuple(primaries[at]["constrained_columns"]) if primaries.get(at) else ()
        shapes[at[1]] = TableShape(
            at[1],
            {column["name"]: _found_column(column, primary, connection.dialect) for column in found},
            primary,
            frozenset(_found_keys(indexes.get(at, []), uniques.get(at, []))),
            frozenset(_found_foreign(one) for one in foreigns.get(at, [])),
            at[1],
        )
    return shapes


def compiler(dialect: sa.Dialect) -> DDLCompiler:
    """What spells columns and defaults as this database wants them."""
    return dialect.ddl_compiler(dialect, None)  # type: ignore[arg-type]


def digest(shapes: Mapping[str, TableShape], dialect: sa.Dialect) -> str:
    """One word for all shapes together: the same definitions on the same database give the same."""
    total = sha256(f"{VERSION} {dialect.name}\n".encode())
    for name in sorted(shapes):
        shape = shapes[name]
        keys = sorted((key.columns, key.unique) for key in shape.keys)
        foreign = sorted((one.columns, one.table, one.targets, one.ondelete or "") for one in shape.foreign)
        columns = [
            (column.name, column.type, column.nullable, column.default) for column in shape.columns.values()
        ]
        total.update(repr((name, shape.primary, keys, foreign, sorted(columns, key=str))).encode())
    return total.hexdigest()


def _wanted(table: sa.Table, dialect: sa.Dialect) -> TableShape:
    return TableShape(
        table.name,
        {column.name: _wanted_column(column, dialect) for column in table.columns},
        tuple(column.name for column in table.primary_key.columns),
        frozenset(_wanted_keys(table)),
        frozenset(_wanted_foreign(one) for one in table.foreign_key_constraints),
        table.name,
    )


def _wanted_column(column: sa.Column[Any], dialect: sa.Dialect) -> ColumnShape:
    raw = str(column.type.compile(dialect))
    default = None
    if isinstance(column.server_default, sa.DefaultClause):
        text = compiler(dialect).get_column_default_string(column)
        doubled = text is not None and dialect.paramstyle in ("format", "pyformat")
        default = _default(text.replace("%%", "%") if doubled and text is not None else text)
    nullable = bool(column.nullable) and not column.primary_key
    computed = column.computed is not None
    return ColumnShape(column.name, _type(raw, dialect.name), nullable, default, raw, column.name, computed)


def _wanted_keys(table: sa.Table) -> Iterable[Key]:
    for index in table.indexes:
        yield Key(_index_columns(index), bool(index.unique), index.name)
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            columns = tuple(column.name for column in constraint.columns)
            name = constraint.name if isinstance(constraint.name, str) else None
            yield Key(columns, True, name, constraint=True)


def _index_columns(index: sa.Index) -> tuple[str, ...]:
    """An expression counts by its columns, and a descending column as the column."""
    plain: list[str] = []
    for expression in index.expressions:
        element = getattr(expression, "element", expression)
        plain.append(element.name if isinstance(element, sa.Column) else f"({index.name})")
    return tuple(plain)


def _wanted_foreign(one: sa.ForeignKeyConstraint) -> Foreign:
    targets = [element.target_fullname.rsplit(".", 1) for element in one.elements]
    name = one.name if isinstance(one.name, str) else None
    columns = tuple(one.column_keys)
    return Foreign(
        columns, targets[0][0], tuple(target[1] for target in targets), _ondelete(one.ondelete), name
    )


def _found_column(column: Any, primary: tuple[str, ...], dialect: sa.Dialect) -> ColumnShape:
    raw = str(column["type"].compile(dialect))
    name = column["name"]
    default = column.get("default")
    if default is None or "nextval(" in default or default.upper() == "NULL":
        default = None
    nullable = bool(column["nullable"]) and name not in primary
    computed = column.get("computed") is not None
    return ColumnShape(name, _type(raw, dialect.name), nullable, _default(default), raw, name, computed)


def _found_keys(indexes: Iterable[Any], uniques: Iterable[Any]) -> Iterable[Key]:
    constraints = {one["name"] for one in uniques if one["name"] and not one.get("duplicates_index")}
    for one in uniques:
        if not one.get("duplicates_index"):
            yield Key(tuple(one["column_names"]), True, one["name"], constraint=True)
    for index in indexes:
        if not index.get("duplicates_constraint") and index["name"] not in constraints:
            columns = tuple(name or f"({index['name']})" for name in index["column_names"])
            yield Key(columns, bool(index["unique"]), index["name"])


def _found_foreign(one: Any) -> Foreign:
    ondelete = _ondelete(one["options"].get("ondelete"))
    columns, targets = tuple(one["constrained_columns"]), tuple(one["referred_columns"])
    return Foreign(columns, one["referred_table"], targets, ondelete, one["name"])


def _ondelete(rule: str | None) -> str | None:
    return None if rule is None or rule.upper() in ("NO ACTION", "RESTRICT") else rule.upper()


_SAME: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {"DECIMAL": "NUMERIC"},
    "postgresql": {"FLOAT": "DOUBLE", "DECIMAL": "NUMERIC"},
    "mysql": {"BOOL": "TINYINT", "BOOLEAN": "TINYINT", "NUMERIC": "DECIMAL", "JSON": "LONGTEXT"},
}
_WHOLE: Final = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT")
_DRESS: Final = re.compile(r"\s+(CHARACTER SET|COLLATE)\s+\S+", re.IGNORECASE)
_PARTS: Final = re.compile(r"^([A-Z_ ]+?)\s*(\(.*\))?(\s+[A-Z ]+)?$")


@lru_cache(maxsize=4096)
def _type(raw: str, dialect: str) -> str:
    plain = _DRESS.sub("", raw).upper().replace("DOUBLE PRECISION", "DOUBLE")
    if plain.startswith("ENUM"):
        return raw
    parts = _PARTS.match(plain)
    if parts is None:
        return plain
    name, size, rest = parts[1], (parts[2] or "").replace(" ", ""), parts[3] or ""
    name = _SAME.get(dialect, {}).get(name, name)
    if dialect == "mysql" and name in _WHOLE:
        size = ""
    if name == "DOUBLE":
        size = ""
    return f"{name}{size}{rest}"


_CAST: Final = re.compile(r"::[a-z_ ]+(\(\d+\))?(\[\])?$", re.IGNORECASE)


def _default(text: str | None) -> str | None:
    """The value of a default, without the dressing that each database adds to it."""
    if text is None:
        return None
    bare = _CAST.sub("", text.strip())
    while bare.startswith("(") and bare.endswith(")"):
        bare = _CAST.sub("", bare[1:-1])
    if len(bare) > 1 and bare[0] == bare[-1] == "'":
        return bare[1:-1].replace("''", "'")
    bare = bare.lower().removesuffix("()")
    return {"now": "current_timestamp", "true": "1", "false": "0"}.get(bare, bare)

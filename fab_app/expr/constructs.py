"""The few SQL constructs that the three databases spell differently.

A construct's type follows from the types of its arguments, which are part of SQLAlchemy's cache key.
Texts are put together by hand, so every argument stands in brackets.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Construct(FunctionElement[Any]):
    inherit_cache = True

    def __init__(self, *args: ColumnElement[Any]) -> None:
        self.type = self.typed(args)  # first: the parent already asks for it
        super().__init__(*args)

    def typed(self, args: tuple[ColumnElement[Any], ...]) -> Any:
        return args[0].type


class _Number(_Construct):
    inherit_cache = True

    def typed(self, args: tuple[ColumnElement[Any], ...]) -> Any:
        return sa.BigInteger()


class Moment(_Construct):
    """A bound date or datetime (MariaDB would take the bare parameter for text)."""

    inherit_cache = True


class Wide(_Number):
    """A whole number that does not overflow when multiplied (SQLite: 64 bits at most)."""

    inherit_cache = True


class HalfUp(_Number):
    """n / d as a whole number, rounded half away from zero; null where d is zero."""

    inherit_cache = True


class Binary(_Construct):
    """A text that compares by code point, blanks at its end included."""

    inherit_cache = True


class Length(_Number):
    """Characters, not bytes."""

    inherit_cache = True


class Position(_Number):
    """1-based place of the second text in the first, or 0. Exact: nothing to escape, no case folded."""

    inherit_cache = True


class Lower(_Construct):
    """A-Z folded, other letters kept: the only folding that all databases and browsers agree on."""

    inherit_cache = True


class Extreme(_Construct):
    """Least or greatest of its arguments; null where one of them is."""

    inherit_cache = True
    sqlite = other = ""


class Least(Extreme):
    inherit_cache = True
    sqlite, other = "min", "least"


class Greatest(Extreme):
    inherit_cache = True
    sqlite, other = "max", "greatest"


def _args(element: _Construct, compiler: SQLCompiler, kw: Any) -> list[str]:
    return [f"({compiler.process(arg, **kw)})" for arg in element.clauses]


@compiles(Moment)
@compiles(Wide)
@compiles(Binary)
def _plain(element: _Construct, compiler: SQLCompiler, **kw: Any) -> str:
    return _args(element, compiler, kw)[0]


@compiles(Moment, "mysql", "mariadb")
def _moment_mysql(element: Moment, compiler: SQLCompiler, **kw: Any) -> str:
    type_ = "DATETIME(6)" if isinstance(element.type, sa.DateTime) else "DATE"
    return f"CAST({_args(element, compiler, kw)[0]} AS {type_})"


@compiles(Wide, "postgresql")
def _wide_postgresql(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({_args(element, compiler, kw)[0]} AS NUMERIC)"


@compiles(Wide, "mysql", "mariadb")
def _wide_mysql(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({_args(element, compiler, kw)[0]} AS DECIMAL(38, 0))"


@compiles(Binary, "postgresql")
def _binary_postgresql(element: Binary, compiler: SQLCompiler, **kw: Any) -> str:
    return f'({_args(element, compiler, kw)[0]} COLLATE "C")'


@compiles(Binary, "mysql", "mariadb")
def _binary_mysql(element: Binary, compiler: SQLCompiler, **kw: Any) -> str:
    mariadb = compiler.dialect.is_mariadb  # type: ignore[attr-defined]
    collation = "utf8mb4_nopad_bin" if mariadb else "utf8mb4_0900_bin"
    return f"({_args(element, compiler, kw)[0]} COLLATE {collation})"


@compiles(HalfUp)
def _half_up(element: HalfUp, compiler: SQLCompiler, **kw: Any) -> str:
    n, d = _args(element, compiler, kw)
    return f"(sign({n}) * sign({d}) * ((2 * abs({n}) + abs({d})) / nullif(2 * abs({d}), 0)))"


@compiles(HalfUp, "postgresql")
def _half_up_postgresql(element: HalfUp, compiler: SQLCompiler, **kw: Any) -> str:
    n, d = (f"CAST({arg} AS NUMERIC)" for arg in _args(element, compiler, kw))
    return f"(sign({n}) * sign({d}) * div(2 * abs({n}) + abs({d}), nullif(2 * abs({d}), 0)))"


@compiles(HalfUp, "mysql", "mariadb")
def _half_up_mysql(element: HalfUp, compiler: SQLCompiler, **kw: Any) -> str:
    n, d = (f"CAST({arg} AS DECIMAL(38, 0))" for arg in _args(element, compiler, kw))
    return f"(sign({n}) * sign({d}) * ((2 * abs({n}) + abs({d})) DIV nullif(2 * abs({d}), 0)))"


@compiles(Length)
def _length(element: Length, compiler: SQLCompiler, **kw: Any) -> str:
    return f"length({_args(element, compiler, kw)[0]})"


@compiles(Length, "mysql", "mariadb")
def _length_mysql(element: Length, compiler: SQLCompiler, **kw: Any) -> str:
    return f"char_length({_args(element, compiler, kw)[0]})"


@compiles(Position)
def _position(element: Position, compiler: SQLCompiler, **kw: Any) -> str:
    text, part = _args(element, compiler, kw)
    return f"instr({text}, {part})"


@compiles(Position, "postgresql")
def _position_postgresql(element: Position, compiler: SQLCompiler, **kw: Any) -> str:
    text, part = _args(element, compiler, kw)
    return f"strpos({text}, {part})"


@compiles(Position, "mysql", "mariadb")
def _position_mysql(element: Position, compiler: SQLCompiler, **kw: Any) -> str:
    text, part = element.clauses
    return f"locate({compiler.process(part, **kw)}, {_binary_mysql(Binary(text), compiler, **kw)})"


@compiles(Lower)
def _lower(element: Lower, compiler: SQLCompiler, **kw: Any) -> str:
    return f"lower({_args(element, compiler, kw)[0]})"


@compiles(Lower, "postgresql")
def _lower_postgresql(element: Lower, compiler: SQLCompiler, **kw: Any) -> str:
    return f'lower({_args(element, compiler, kw)[0]} COLLATE "C")'


@compiles(Lower, "mysql", "mariadb")
def _lower_mysql(element: Lower, compiler: SQLCompiler, **kw: Any) -> str:
    text = _binary_mysql(Binary(*element.clauses), compiler, **kw)
    for letter in LETTERS:
        text = f"replace({text}, '{letter}', '{letter.lower()}')"
    return text


@compiles(Extreme)
def _extreme(element: Extreme, compiler: SQLCompiler, **kw: Any) -> str:
    name = element.sqlite if compiler.dialect.name == "sqlite" else element.other
    return f"{name}({', '.join(_args(element, compiler, kw))})"


@compiles(Extreme, "postgresql")
def _extreme_postgresql(element: Extreme, compiler: SQLCompiler, **kw: Any) -> str:
    args = _args(element, compiler, kw)
    nulls = " OR ".join(f"{arg} IS NULL" for arg in args)
    return f"(CASE WHEN {nulls} THEN NULL ELSE {element.other}({', '.join(args)}) END)"

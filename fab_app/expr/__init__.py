"""The expression language: one text, read once, with the same answers in Python, in SQL and in the browser.

`parse` a text, `check` it against the fields that exist, then run it by `closure`, `sql` or `browser`.
All of it is pure: nothing is kept between calls, everything may be shared between threads.
"""

from fab_app.expr.browser import browser
from fab_app.expr.check import check
from fab_app.expr.closure import closure
from fab_app.expr.env import Env
from fab_app.expr.errors import ExprError
from fab_app.expr.nodes import Call, Children, Const, Expr, Names, Node, Path, walk
from fab_app.expr.parse import parse
from fab_app.expr.resolver import ANY, Resolver
from fab_app.expr.sql import sql
from fab_app.expr.types import FieldType, Kind, Types

__all__ = [
    "ANY",
    "Call",
    "Children",
    "Const",
    "Env",
    "Expr",
    "ExprError",
    "FieldType",
    "Kind",
    "Names",
    "Node",
    "Path",
    "Resolver",
    "Types",
    "browser",
    "check",
    "closure",
    "parse",
    "sql",
    "walk",
]

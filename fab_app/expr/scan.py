"""Before Python's parser sees a text: what it would accept and we do not, and the word `where`."""

from __future__ import annotations

import ast
import re

from fab_app.expr.errors import ExprError

LONGEST = 2000

_TOKEN = re.compile(r"""'[^'\\]*'|"[^"\\]*"|(?<![\w.])where\b|[#'"]""")
_ODD = re.compile(r"[\\\x00-\x08\x0e-\x1f\x7f]")
_BLANK = re.compile(r"[\t\r\n\f\v]")

_REFUSED = {
    "#": ("a comment is not part of an expression", "say it in a YAML comment"),
    "'": ("the text that begins here does not end", "add a '"),
    '"': ("the text that begins here does not end", 'add a "'),
}


def scan(text: str) -> tuple[ast.expr, frozenset[int]]:
    """Python's tree, and the 1-based columns of every `where` (each was read as a comma)."""
    if len(text) > LONGEST:
        raise ExprError(
            f"the expression is longer than {LONGEST} characters",
            LONGEST + 1,
            "split it into computed fields",
        )
    if not text.strip():
        raise ExprError("the expression is empty", 1)
    if odd := _ODD.search(text):
        name = "a backslash" if odd.group() == "\\" else "a control character"
        raise ExprError(f"{name} is not part of an expression", odd.start() + 1, "leave it out")
    line, wheres = _commas(_BLANK.sub(" ", text))
    return _python(line), wheres


def _commas(line: str) -> tuple[str, frozenset[int]]:
    wheres: set[int] = set()

    def comma(match: re.Match[str]) -> str:
        found, column = match.group(), match.start() + 1
        if found in _REFUSED:
            raise ExprError(_REFUSED[found][0], column, _REFUSED[found][1])
        if found != "where":
            return found
        wheres.add(column)
        return ",    "

    return _TOKEN.sub(comma, line), frozenset(wheres)


def _python(line: str) -> ast.expr:
    # Python takes leading blanks for an indent; a bracket in front would let "a) + (b" through.
    indent = len(line) - len(line.lstrip())
    try:
        tree = ast.parse(line.strip(), mode="eval").body
    except SyntaxError as error:
        offset = error.offset or len(line)  # 0 at the end of the text
        column = min(offset + indent, len(line))
        raise ExprError("this cannot be read as an expression", column, _hint(line)) from None
    except (ValueError, RecursionError, MemoryError):
        raise ExprError(
            "this cannot be read as an expression", 1, "it is nested too deeply or holds odd characters"
        ) from None
    return _shifted(tree, line, indent)


def _hint(line: str) -> str:
    if re.search(r"[^=!<>]=[^=]", line):
        return "to compare, write =="
    for sign, word in (("&&", "and"), ("||", "or"), ("<>", "!="), ("!", "not")):
        if sign in line.replace("!=", ""):
            return f"write '{word}'"
    return ""


def _shifted(tree: ast.expr, line: str, indent: int) -> ast.expr:
    """Python counts bytes of the stripped line, people count characters of theirs."""
    raw = line.strip().encode()
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset = indent + len(raw[: node.col_offset].decode())
            node.end_col_offset = indent + len(raw[: node.end_col_offset].decode())
    return tree

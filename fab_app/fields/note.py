"""A remark beside some of what a reference may be chosen from."""

from __future__ import annotations

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula


class Note(Grammar):
    """``label`` stands beside each choice to which a record of ``of`` refers by ``field``.

    Only records count that refer by ``by`` to the one that chooses, for which ``where`` holds, and which the
    person may read. It tells and forbids nothing: what may not be chosen is a matter of the field's ``where``.
    """

    of: str
    by: str
    field: str
    where: Formula | None = None
    label: Text


class Sentence(Grammar):
    """What is said of a choice that is not allowed, where ``when`` holds of the record that chooses."""

    when: Formula
    text: Text


class First(Grammar):
    """The choices for which ``when`` holds stand first, ``label`` beside them. It knows the chooser as ``outer``."""

    when: Formula
    label: Text

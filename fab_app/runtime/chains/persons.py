"""Dialogs of a chain that name somebody, or a step: what there is to choose from is found for the record.

Who is awaited need hold no right on accounts: those offered are the ones whom the chain itself may ask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from fab_app.expr import FieldType, Kind
from fab_app.fields.faces import Option, Widget
from fab_app.fields.ref import Ref, RefField, key_of
from fab_app.fields.show import Show
from fab_app.runtime.chains.opening import Opening
from fab_app.runtime.chains.rounds import Round, Task, newest
from fab_app.spec.chain import Approval
from fab_app.spec.manifest import Entity

if TYPE_CHECKING:
    from fab_app.runtime.moves import Case

MOST: Final = 200
NAMING = ("assign", "transfer", "add_signer")


class PersonField(RefField):
    """An account out of ``people``: key -> name."""

    people: dict[int, str]

    kind: ClassVar[Kind] = Kind.int

    def judge(self, raw: Any) -> int:
        key = key_of(raw)
        if key is None or key not in self.people:
            raise self.refusal("does not exist")
        return key

    def field_type(self) -> FieldType:
        """No reference to be looked up: what may be chosen is known."""
        return FieldType(Kind.int)

    def text(self, value: Any, show: Show) -> str:
        return self.people.get(value.id if isinstance(value, Ref) else value, "")

    def widget(self, show: Show) -> Widget:
        return Widget("select", options=tuple(Option(str(key), name) for key, name in self.people.items()))


def person_field(entity: Entity, move_dialog: Mapping[str, Any], asks: Entity, kind: str | None) -> str:
    """The name of the dialog's field for an account; "" where the move names nobody."""
    if kind not in NAMING:
        return ""
    return next((name for name in move_dialog if name in asks.fields and _of_account(asks, name)), "")


def _of_account(asks: Entity, name: str) -> bool:
    return getattr(asks.fields[name], "to", "").rpartition(".")[2] == "user"


def narrowed(case: Case, asks: Entity) -> Entity:
    """The dialog with what there is to choose from; as it is where the move chooses nothing of the chain's."""
    approval, kind = case.workflow.approval, case.move.approval
    if approval is None or kind not in (*NAMING, "send_back"):
        return asks
    writer = case.writer
    found = newest(writer.world, writer.fetch, case.entity, case.id, case.name, writer.principal.subject)
    task = awaited(found)
    if task is None:
        return asks
    if kind == "send_back":
        return _steps(asks, approval, task)
    name = person_field(case.entity, case.move.dialog, asks, kind)
    if not name:
        return asks
    people = candidates(case, approval, found, task)
    keys = {key: value for key, value in asks.fields[name] if key in RefField.model_fields and key != "type"}
    field = PersonField.model_construct(**keys, type="ref", people=people)
    return replace(asks, fields={**asks.fields, name: field})


def awaited(found: Round | None) -> Task | None:
    """The task that waits for the person who asks."""
    tasks = found.tasks if found is not None else ()
    return next((task for task in tasks if task.mine and task.state == "waiting"), None)


def _steps(asks: Entity, approval: Approval, task: Task) -> Entity:
    """Steps before this one."""
    before = {level.step for level in approval.chain[: task.level]}
    field = asks.fields["step"]
    options = {
        code: words for code, words in (getattr(field, "options", None) or {}).items() if code in before
    }
    return replace(asks, fields={**asks.fields, "step": field.model_copy(update={"options": options})})


def candidates(case: Case, approval: Approval, found: Round | None, task: Task) -> dict[int, str]:
    """Whom the move may name: for an assignment who holds the post of that step, else colleagues inside."""
    writer, me = case.writer, case.writer.principal.subject
    opening = Opening(writer.world, writer.fetch, case.entity, approval, case.env())
    level = approval.level(approval.chain[task.level].assign or "")
    if case.move.approval == "assign" and level is not None and level.by.post is not None:
        org = opening.org(level.by, found) if level.by.level or level.by.org else None
        statement = opening.posts.holders(approval.post_key(level.by.post), org, "name")
    else:
        statement = opening.posts.colleagues(me, approval.inside, "name")
    rows = writer.fetch(statement.limit(MOST)).all()
    return {key: name for key, name in rows if key != me or case.move.approval == "assign"}

"""The to-do list as a workbook: what is shown, line by line, under the same conditions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from fab_app.core.problems import Refused
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.runtime import audit
from fab_app.runtime.chains.todo import Asked, Item, Todo, chained
from fab_app.runtime.exports import workbook
from fab_app.runtime.reading import Reader
from fab_app.runtime.selection import acting
from fab_app.spec.manifest import Portal
from fab_app.web import context
from fab_app.web.exports import XLSX, streamed
from fab_app.web.screens.access import require_person
from fab_app.web.shell import enters
from fab_app.web.todo import STATES, kind_label, wanted

PIECE = 500
Words = Mapping[tuple[str, str], str]


def export(portal: Portal) -> ResponseReturnValue:
    require_person()
    if not enters(context.principal(), portal):
        raise Refused(say("There is nothing here"), status=404)
    asked = wanted()

    def made(reader: Reader, beside: Session) -> TodoBook:
        return TodoBook(reader, portal, asked)

    return streamed(portal.name, "todo", XLSX, made, TodoBook.xlsx)


@dataclass(frozen=True)
class TodoBook:
    """Of one person, in one portal."""

    reader: Reader
    portal: Portal
    asked: Asked
    called: str = ""

    @property
    def title(self) -> str:
        return say("To-do list")

    @property
    def todo(self) -> Todo:
        reader = self.reader
        return Todo(reader.world, self._fetch, self.portal.name, reader.principal.subject)

    def judge(self) -> Mapping[str, int]:
        """The number of lines by entity; more than the portal allows are refused."""
        found, spec = self.todo.numbers(self.asked), self.portal.spec
        if sum(found.values()) > spec.exports.most:
            words = spec.messages.too_many
            sentence = say("These are more than {most} rows, narrow the conditions", most=spec.exports.most)
            raise Refused(words.of(locale.get()) if words else sentence)
        return found

    def tell(self, rows: Mapping[str, int]) -> None:
        """Told of each kind of record whose lines leave."""
        world, who = self.reader.world, self.reader.principal
        for key, number in rows.items():
            changes = {"filters": (None, f"todo: {self.asked.tab}"), "rows": (None, number)}
            audit.record(world, self._fetch, who, world.manifest.entities[key], None, "export", changes)

    def xlsx(self) -> Iterator[bytes]:
        columns = self._columns()
        pieces = (
            [[workbook.cell(tell(item)) for item in part] for _, tell in columns]
            for part in self.todo.every(self.asked, PIECE)
        )
        return workbook.book(self.title, [label for label, _ in columns], pieces)

    def _columns(self) -> Sequence[tuple[str, Callable[[Item], Any]]]:
        """What is said in words is found now: the lines are sent when the request is over."""
        kinds, agreed = self._kinds()
        states = {code: say(label) for code, (label, _) in STATES.items()}
        waiting, late, ended = say("Waiting for me"), say("Overdue"), say("Ended")
        language, today, moment = locale.get(), self.todo.today, self._moment

        def state(item: Item) -> str:
            if item.state == "waiting":
                return late if item.due_on is not None and item.due_on < today else waiting
            own = agreed.get((item.entity, item.workflow)) if item.decided_at is None else None
            return own if own and item.state == "agreed" else states.get(item.state, ended)

        return (
            (say("Kind of record"), lambda item: kinds.get((item.entity, item.workflow), item.entity)),
            (say("Title"), lambda item: item.title),
            (say("Summary of the record"), lambda item: item.told),
            (say("Submitted by"), lambda item: item.applicant),
            (say("Step"), lambda item: _words(item.label, language)),
            (say("Submitted"), lambda item: moment(item.submitted_at)),
            (say("Waiting since"), lambda item: moment(item.opened_at)),
            (say("Due on"), lambda item: item.due_on),
            (say("Decided"), lambda item: moment(item.decided_at)),
            (say("State"), state),
        )

    def _kinds(self) -> tuple[Words, Words]:
        """By entity and workflow: what its records are called, and their state once they are agreed."""
        kinds, agreed = {}, {}
        for entity in chained(self.reader.world, self.portal.name):
            for name, flow in entity.spec.workflows.items():
                kinds[entity.key, name] = kind_label(entity, name)
                state = flow.states.get(flow.approval.agreed) if flow.approval is not None else None
                if state is not None and state.label is not None:
                    agreed[entity.key, name] = state.label.of(locale.get())
        return kinds, agreed

    def _moment(self, at: datetime | None) -> datetime | date | None:
        return self.reader.show.local(at).replace(tzinfo=None) if at is not None else None

    def _fetch(self, statement: sa.Executable, row: Any = None) -> Any:
        return self.reader.session.execute(statement, row, execution_options=acting(self.reader.principal))


def _words(label: str, language: str) -> str:
    return Text.read(dict(json.loads(label))).of(language) if label else ""

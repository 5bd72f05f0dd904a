"""Buttons of rows, toolbars and detail pages: only what the person may do, greyed with a reason where not yet."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlencode

from fab_app.access.principal import Principal
from fab_app.core.words import locale, say
from fab_app.runtime.env import RecordEnv
from fab_app.runtime.reading import Record
from fab_app.runtime.world import World
from fab_app.spec.listing import Act, Link, Opening, Paper, Press, Step
from fab_app.spec.manifest import Entity
from fab_app.spec.workflow import Move
from fab_app.web import context
from fab_app.web.pages import Action, Confirm
from fab_app.web.screens import ticked
from fab_app.web.screens.begun import of_tab
from fab_app.web.screens.plan import Plan

_WORDY = 24


def root(entity: Entity) -> str:
    return context.principal().pages(entity.portal, entity.name)


def row_actions(
    world: World,
    who: Principal,
    plan: Plan,
    record: Record,
    title: str,
    back: str,
    stay: str = "",
    ordered: tuple[Act, ...] | None = None,
) -> tuple[Action, ...]:
    """``back``: where one goes after a step; ``stay``: where after a move, which leaves the record."""
    found = []
    for button in plan.buttons if ordered is None else ordered:
        action = _link(world, who, plan.entity, button, record) if isinstance(button, Link) else None
        if isinstance(button, Press):
            action = _press(plan.entity, button, record, title, back)
        if isinstance(button, Paper):
            action = _paper(world, plan.entity, button, record)
        if isinstance(button, Step):
            action = _step(plan, button, record, stay or back)
        if action is not None:
            found.append(action)
    return tuple(found)


def moves_beside(plan: Plan, record: Record, back: str) -> tuple[Action, ...]:
    """The moves that have no button in a row of the list."""
    rows = {button.move for button in plan.buttons if isinstance(button, Step)}
    found = (_step(plan, Step(move=code), record, back) for code in plan.moves if code not in rows)
    return tuple(action for action in found if action is not None)


def _step(plan: Plan, button: Step, record: Record, back: str) -> Action | None:
    """Where the record's state allows it; grey where its condition does not hold and it says why."""
    flags = record.flags
    if button.when is not None and not flags.get(button.when.text, False):
        return None
    if not flags.get(f"may:move:{button.move}", False):
        return None
    planned = next((p for p in plan.moves.get(button.move, ()) if flags.get(p.stands.text, False)), None)
    if planned is None:
        return None
    move, closed = planned.move, ""
    if move.when is not None and not flags.get(move.when.text, False):
        if move.refusal is None:
            return None
        closed = move.refusal.of(locale.get())
    again = move.again is not None and flags.get(move.again.when.text, False)
    words = button.label or (move.again.label if move.again is not None and again else move.label)
    url = f"{root(plan.entity)}/do/{button.move}/{record.id}{_back(back)}"
    method, icon = "get" if move.page else "dialog", move.icon or ""
    return Action(words.of(locale.get()), url, icon, move.style or "", method, disabled=closed)


def move_label(move: Move, env: RecordEnv) -> str:
    words = move.again.label if move.again is not None and env.holds(move.again.when, False) else move.label
    return words.of(locale.get())


def split(actions: tuple[Action, ...], most: int = 3) -> tuple[tuple[Action, ...], tuple[Action, ...]]:
    """At most three verbs stand in the row, or two (of long words one) and a menu with what cannot be taken back."""
    harmless = [action for action in actions if action.style != "danger"]
    harmful = [action for action in actions if action.style == "danger"]
    if len(harmless) + len(harmful) <= 2 or (len(harmless) <= most and not harmful):
        return (*harmless, *harmful), ()
    few = 2 if sum(len(action.label) for action in harmless[:2]) <= _WORDY else 1
    return tuple(harmless[:few]), (*harmless[few:], *harmful)


def locked(entity: Entity, record: Record, action: str) -> bool:
    return any(action in lock.actions and record.flags.get(lock.when.text, False) for lock in entity.locks)


def may(entity: Entity, record: Record, action: str) -> bool:
    return (
        record.flags.get(f"may:{action}", False)
        and not locked(entity, record, action)
        and not entity.spec.append_only
    )


def _press(entity: Entity, button: Press, record: Record, title: str, back: str) -> Action | None:
    if button.when is not None and not record.flags.get(button.when.text, False):
        return None
    label = button.label.of(locale.get()) if button.label else ""
    if button.button == "show":
        return Action(label or say("Details"), f"{root(entity)}/show/{record.id}")
    if button.button == "edit" and may(entity, record, "edit"):
        return Action(label or say("Edit"), f"{root(entity)}/edit/{record.id}{_back(back)}")
    if button.button == "delete" and may(entity, record, "delete"):
        return delete_action(entity, record, title, back, label)
    return None


def _paper(world: World, entity: Entity, button: Paper, record: Record) -> Action | None:
    """A document of the row: where its rows may be printed and both conditions hold."""
    spec = world.manifest.printed(entity)[button.print]
    held = (condition for condition in (button.when, spec.when) if condition is not None)
    if not record.flags.get("may:print", False) or not all(record.flags.get(one.text) for one in held):
        return None
    label = (button.label or spec.label).of(locale.get())
    return Action(label, f"{root(entity)}/print/{button.print}/{record.id}", "printer")


def delete_action(entity: Entity, record: Record, title: str, back: str, label: str = "") -> Action:
    question = say("Delete {label} {title}?", label=entity.spec.label.of(locale.get()), title=title)
    if entity.spec.words.delete is not None:
        question = entity.spec.words.delete.of(locale.get())
    lines = (say("It disappears from all lists; its history stays in the log."),)
    confirm = Confirm(question, lines, say("Delete"), say("Keep"))
    url = f"{root(entity)}/delete/{record.id}{_back(back)}"
    return Action(label or say("Delete"), url, style="danger", method="post", confirm=confirm)


def _link(world: World, who: Principal, entity: Entity, button: Link, record: Record) -> Action | None:
    target = world.manifest.entity(entity.portal, button.link)
    if target is None or not world.grants.may(who, target.key, "read"):
        return None
    if button.when is not None and not record.flags.get(button.when.text, False):
        return None
    by = button.by or next(name for found, name in world.manifest.referring(entity) if found is target)
    label = button.label.of(locale.get()) if button.label else target.spec.label.of(locale.get())
    count = record.values.get(button.count) if button.count else None
    disabled = ""
    if button.disabled is not None and record.flags.get(button.disabled.text, False):
        disabled = button.reason.of(locale.get()) if button.reason else say("Not possible yet")
    url = f"{root(target)}/list/?{urlencode({'of': f'{by}:{record.id}'})}"
    quiet = button.quiet is not None and record.flags.get(button.quiet.text, False)
    return Action(label, url, style="quiet" if quiet else "", count=count, disabled=disabled)


def toolbar(
    world: World,
    who: Principal,
    plan: Plan,
    within: tuple[str, int] | None,
    tab: str,
    query_url: str,
    add_open: bool,
    back: str,
) -> tuple[Action, ...]:
    entity = plan.entity
    found: list[Action] = []
    for button in plan.toolbar:
        if isinstance(button, Link | Paper) or not ticked.shown(world, who, entity, button):
            continue
        if isinstance(button, Opening):
            found += _opening(world, who, entity, button)
            continue
        if isinstance(button, Step) or button.button in ("edit", "show", "delete"):
            acts = ticked.action(world, who, entity, button, back)
            found += [acts] if acts is not None else []
            continue
        if button.within is not None and (within is None or within[0] != button.within):
            continue
        label = button.label.of(locale.get()) if button.label else ""
        if button.button == "add" and add_open:
            found += _adding(world, who, entity, label, within, tab)
        if button.button in ("import", "template") and add_open:
            found += _bringing_in(world, who, entity, button.button, label, within)
        if button.button == "export" and world.grants.may(who, entity.key, "export"):
            found.append(Action(label or say("Export"), query_url, "download"))
        if button.button == "print" and world.grants.may(who, entity.key, "print"):
            found.append(
                Action(label or say("Print list"), f"{root(entity)}/printed", "printer", method="paper")
            )
    return tuple(found)


def _adding(
    world: World, who: Principal, entity: Entity, label: str, within: tuple[str, int] | None, tab: str
) -> Iterable[Action]:
    """The way to the form of a new record, which begins as the tab says; grey with the sentence of a guard that
    shuts it.
    """
    shut = world.grants.shut(who, entity.key, "add")
    if not (shut or world.grants.may(who, entity.key, "add")) or (shut is not None and shut.shown != "grey"):
        return
    words = entity.spec.words.new_button
    usual = words.of(locale.get()) if words else say("New {label}", label=entity.spec.label.of(locale.get()))
    of = {"of": f"{within[0]}:{within[1]}"} if within else {}
    there = f"{root(entity)}/list/?{urlencode({**of, 'tab': tab})}"
    begins = {"tab": tab, "next": there} if of_tab(entity, tab) else {}
    more = f"?{urlencode({**of, **begins})}" if of or begins else ""
    reason = shut.message.of(locale.get()) if shut is not None else ""
    yield Action(label or usual, f"{root(entity)}/add{more}", "plus", "primary", disabled=reason)


def _opening(world: World, who: Principal, entity: Entity, button: Opening) -> Iterable[Action]:
    target = world.manifest.entity(entity.portal, button.open)
    if target is None or not world.grants.may(who, target.key, "add" if button.new else "read"):
        return
    words = (button.label or target.spec.words.list or target.spec.label).of(locale.get())
    yield Action(words, f"{root(target)}/{'add' if button.new else 'list/'}", target.spec.icon or "")


def _bringing_in(
    world: World, who: Principal, entity: Entity, button: str, label: str, within: tuple[str, int] | None
) -> Iterable[Action]:
    """Rows of a record are imported in the list of that record."""
    spec = world.manifest.imported(entity)
    here = within if spec is not None and within is not None and within[0] == spec.within else None
    if spec is None or not world.grants.may(who, entity.key, spec.right) or (spec.within and here is None):
        return
    query = f"?{urlencode([here])}" if here is not None else ""
    if button == "import":
        yield Action(label or say("Import"), f"{root(entity)}/import{query}", "file-import")
    else:
        words = label or say("Download the template")
        yield Action(words, f"{root(entity)}/import-template.xlsx{query}", "file-spreadsheet")


def batch(world: World, who: Principal, plan: Plan, back: str) -> tuple[Action, ...]:
    """What may be done to the ticked rows, beside what the toolbar does with them."""
    entity, found = plan.entity, list[Action]()
    for code, steps in plan.moves.items():
        move = steps[0].move
        if (
            move.batch
            and not ticked.written(entity, code)
            and world.grants.may(who, entity.key, f"move:{code}")
        ):
            url = f"{root(entity)}/do/{code}{_back(back)}"
            found.append(
                Action(move.label.of(locale.get()), url, move.icon or "", move.style or "", "dialog")
            )
    for name in entity.spec.listing.batch:
        if isinstance(name, Paper):
            found += _papers(world, who, entity, name)
            continue
        if ticked.written(entity, name) or not world.grants.may(who, entity.key, name):
            continue
        url = f"{root(entity)}/batch/{name}"
        if name == "export":
            found.append(Action(say("Export"), url, "download"))
        else:
            question = say("Delete the ticked {label}?", label=entity.spec.label.of(locale.get()))
            confirm = Confirm(
                question,
                (say("Rows that may not be deleted stay; each is told."),),
                say("Delete"),
                say("Keep"),
            )
            found.append(
                Action(say("Delete"), url + _back(back), style="danger", method="post", confirm=confirm)
            )
    return tuple(found)


def _papers(world: World, who: Principal, entity: Entity, button: Paper) -> Iterable[Action]:
    """One document of the ticked rows."""
    if world.grants.may(who, entity.key, "print"):
        label = (button.label or world.manifest.printed(entity)[button.print].label).of(locale.get())
        yield Action(label, f"{root(entity)}/print/{button.print}", "printer")


@lru_cache(maxsize=256)
def _back(back: str) -> str:
    return f"?{urlencode({'next': back})}" if back else ""


def counted(plan: Plan) -> Iterable[str]:
    return (button.count for button in plan.buttons if isinstance(button, Link) and button.count)

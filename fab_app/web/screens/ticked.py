"""Buttons of a toolbar that act on the ticked rows: how many they want, and what is said of none and of too many."""

from __future__ import annotations

from urllib.parse import urlencode

from fab_app.access.guards import PersonEnv
from fab_app.access.principal import Principal
from fab_app.core.text import Text
from fab_app.core.words import locale, say
from fab_app.expr import closure
from fab_app.runtime.world import World
from fab_app.spec.listing import Button, Opening, Press, Step
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.pages import Action, Confirm, Ticked

ONE = ("edit", "show")
_NONE = {"edit": "Tick the record to change", "delete": "Tick the records to delete"}
_MANY = {"edit": "Only one record is changed at a time"}


def shown(world: World, who: Principal, entity: Entity, button: Press | Step | Opening) -> bool:
    """Whether a button of a toolbar is there for this person: its condition reads nothing else."""
    if button.when is None or who.everything:
        return True
    return closure(button.when)(PersonEnv(who, world.tables.settings.of(entity.portal))) is True


def action(world: World, who: Principal, entity: Entity, button: Press | Step, back: str) -> Action | None:
    """None where the person may never do this; grey where a guard shuts it and says why."""
    code = button.move if isinstance(button, Step) else button.button
    right = {"show": "read"}.get(code, code) if isinstance(button, Press) else f"move:{code}"
    guard = world.grants.shut(who, entity.key, right)
    if guard is None and not world.grants.may(who, entity.key, right):
        return None
    if guard is not None and guard.shown != "grey":
        return None
    told = Action(_label(entity, button, code), f"{_root(entity)}/batch/{code}", disabled="")
    url = told.url + (f"?{urlencode({'next': back})}" if back else "")
    style, method, icon = _looks(entity, button, code)
    if isinstance(button, Step):
        url = url.replace("/batch/", "/do/", 1)
    return Action(
        told.label,
        url,
        icon,
        style,
        method,
        confirm=_question(entity, button) if code == "delete" else None,
        disabled=guard.message.of(locale.get()) if guard is not None else "",
        ticked=rule(entity, button),
    )


def rule(entity: Entity, button: Press | Step) -> Ticked:
    code = button.move if isinstance(button, Step) else button.button
    one = code in ONE if isinstance(button, Press) else not entity.moves[code][0].batch
    none = _said(button.none, _NONE.get(code, "Tick a record first" if one else "Tick records first"))
    return Ticked(none, _said(button.many, _MANY.get(code, "Tick one record only")) if one else "")


def written(entity: Entity, code: str) -> Press | Step | None:
    """The toolbar's button of this code."""
    listing = entity.spec.listing
    every = (listing.toolbar, *(tab.toolbar for tab in listing.tabs.values()))
    buttons = (b for some in every for b in some or () if isinstance(b, Press | Step))
    return next((b for b in buttons if code == (b.move if isinstance(b, Step) else b.button)), None)


def rule_of(entity: Entity, button: Button) -> Ticked:
    """The rule of the toolbar's button, or that of one that nobody wrote."""
    return rule(entity, written(entity, button) or Press(button=button))


def _root(entity: Entity) -> str:
    return context.principal().pages(entity.portal, entity.name)


def _label(entity: Entity, button: Press | Step, code: str) -> str:
    if button.label is not None:
        return button.label.of(locale.get())
    if isinstance(button, Step):
        return entity.moves[code][0].label.of(locale.get())
    return say({"edit": "Edit", "delete": "Delete", "show": "Details"}[code])


def _looks(entity: Entity, button: Press | Step, code: str) -> tuple[str, str, str]:
    if isinstance(button, Step):
        move = entity.moves[code][0]
        return move.style or "", "get" if move.page else "dialog", move.icon or ""
    return {"delete": ("danger", "post", "trash"), "edit": ("", "get", "edit")}.get(code, ("", "get", "eye"))


def _question(entity: Entity, button: Press | Step) -> Confirm:
    """``{n}`` is the number of ticked rows, which the browser knows."""
    words = button.confirm.of(locale.get()) if isinstance(button, Press) and button.confirm else ""
    asked = words or say(
        "Delete the {count} ticked {label}?", count="{n}", label=entity.spec.label.of(locale.get())
    )
    return Confirm(
        asked, (say("Rows that may not be deleted stay; each is told."),), say("Delete"), say("Keep")
    )


def _said(words: Text | None, otherwise: str) -> str:
    return words.of(locale.get()) if words is not None else say(otherwise)

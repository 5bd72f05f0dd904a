"""What a person may tick into a role: functions and actions of the portal's catalogue that he holds himself."""

from __future__ import annotations

from fab_app.access.custom import catalogue
from fab_app.core.words import locale, say
from fab_app.fields.faces import Option
from fab_app.web import context

_WORDS = {
    "read": "View",
    "add": "Add",
    "edit": "Edit",
    "delete": "Delete",
    "export": "Export",
    "import": "Import",
    "print": "Print",
    "unmask": "View whole",
    "pick": "Choose",
}
_ORDER = tuple(_WORDS)


def options(portal: str, kind: str) -> tuple[Option, ...]:
    """``<entity>.<action>`` with the entity's label as group; the same order for every function."""
    world, who = context.world(), context.principal()
    found = []
    for name, ticked in catalogue(world.manifest, world.grants, portal, kind or who.kind).items():
        label = ticked.label.of(locale.get())
        for action in sorted(ticked.actions, key=_place):
            if action != "pick" and world.grants.may(who, ticked.key, action):
                code = action.removeprefix("move:")
                found.append(Option(f"{name}.{code}", words(ticked.key, action), group=label))
    return tuple(found)


def words(key: str, action: str) -> str:
    """An action on an entity as it is called: ``move:send`` by the label of the move."""
    code = action.removeprefix("move:")
    if action != code:
        return context.world().manifest.entities[key].moves[code][0].label.of(locale.get())
    return say(_WORDS[action]) if action in _WORDS else action


def columns(found: tuple[Option, ...]) -> tuple[str, ...]:
    """The heads of the matrix: every action that some function has, in the usual order."""
    labels = {option.value.partition(".")[2]: option.label for option in found}
    return tuple(labels[action] for action in sorted(labels, key=_place))


def _place(action: str) -> int:
    return _ORDER.index(action) if action in _ORDER else len(_ORDER)

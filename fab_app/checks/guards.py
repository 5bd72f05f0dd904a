"""Guards: they read the person alone, and what they shut exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import Astray, named
from fab_app.core.problems import Problem, nearest
from fab_app.expr import Expr
from fab_app.spec.guard import Guard
from fab_app.spec.manifest import Manifest, Portal
from fab_app.spec.portal import ACTIONS

_OF_THE_DAY = ("today", "now", "below", "covers", "depth_of")


def check(manifest: Manifest) -> Iterator[Problem]:
    for portal in manifest.portals.values():
        for code, guard in portal.spec.guards.items():
            yield from _needs(manifest, portal, code, guard)
            yield from _closes(manifest, portal, code, guard)
            yield from _send_to(manifest, portal, code, guard)


def _needs(manifest: Manifest, portal: Portal, code: str, guard: Guard) -> Iterator[Problem]:
    loc = ("guards", code, "needs")
    yield from judged(manifest, Written(guard.needs, portal.document, loc, "a guard", portal=portal.name))
    if read := _beside_the_person(guard.needs):
        text = f"'{read}' is not known of a person, and a guard reads nothing else"
        yield Problem("guard.E004", text, portal.document.value_at(*loc), "write user.… or user.org.…")


def _beside_the_person(needs: Expr) -> str:
    """The first thing it reads that is no value of the person."""
    called = sorted(needs.calls & set(_OF_THE_DAY))
    return f"{called[0]}()" if called else ""


def _closes(manifest: Manifest, portal: Portal, code: str, guard: Guard) -> Iterator[Problem]:
    if guard.closes != "all":
        yield from _named(manifest, portal, code, "closes", guard.closes)
    elif not any("read" in actions for name, actions in guard.but.items() if name == guard.send_to):
        text = "it leaves nobody a page to go to"
        hint = "name an entity in 'send_to', and its 'read' in 'but'"
        yield Problem("guard.E005", text, portal.document.value_at("guards", code, "closes"), hint)
    yield from _named(manifest, portal, code, "but", guard.but)


def _named(
    manifest: Manifest, portal: Portal, code: str, word: str, named_: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    functions = portal.spec.functions
    for name, actions in named_.items():
        at = ("guards", code, word, name)
        entity = None if name in functions else named(manifest, portal.name, name)
        if isinstance(entity, Astray):
            yield Problem("guard.E001", entity.text, portal.document.at(*at), entity.hint)
            continue
        known = (
            functions[name].actions if name in functions else (*ACTIONS, *(entity.moves if entity else ()))
        )
        for index, action in enumerate(actions):
            if action not in known and (entity is not None or name in functions):
                text = f"'{action}' is neither an action nor a move of {name}"
                place = portal.document.value_at(*at, index)
                yield Problem(
                    "guard.E002", text, place, nearest(action, known) or f"one of {', '.join(known)}"
                )


def _send_to(manifest: Manifest, portal: Portal, code: str, guard: Guard) -> Iterator[Problem]:
    found = named(manifest, portal.name, guard.send_to) if guard.send_to is not None else None
    if isinstance(found, Astray):
        place = portal.document.value_at("guards", code, "send_to")
        yield Problem("guard.E003", found.text, place, found.hint)

"""Effects: the records, fields and moves that they name exist, and their values fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from fab_app.checks.dialogs import written
from fab_app.checks.effect_words import kept_words
from fab_app.checks.formulas import Written, judged
from fab_app.checks.paths import field_hint
from fab_app.checks.workflows import Here, every_move
from fab_app.core.extension import EFFECT, FILE
from fab_app.core.problems import Problem, nearest
from fab_app.core.source import Loc
from fab_app.effects.base import Effect, Fields
from fab_app.effects.call import CallEffect
from fab_app.effects.print import PrintEffect
from fab_app.effects.wake import WakeEffect
from fab_app.expr import Expr, FieldType, Kind
from fab_app.spec.manifest import BASE, Entity, Manifest


def check(manifest: Manifest) -> Iterator[Problem]:
    for at in every_move(manifest):
        yield from effects_at(at, at.move.effects)


def effects_at(at: Here, effects: Iterable[Effect]) -> Iterator[Problem]:
    for index, effect in enumerate(effects):
        yield from effect_at(at, effect, ("effects", index))


def effect_at(at: Here, effect: Effect, loc: Loc) -> Iterator[Problem]:
    yield from written(at, effect.when, (*loc, "when"))
    yield from _effect(at, effect, loc)


def _effect(at: Here, effect: Effect, loc: Loc) -> Iterator[Problem]:
    each = getattr(effect, "each", None)
    source = at.manifest.entity(at.entity.portal, each) if each else None
    if each and source is None:
        yield at.problem("move.E010", f"there is no entity '{each}'", _entities(at, each), *loc, "each")
        return
    if source is not None:
        yield from _candidates(at, effect, loc, source)
    yield from written(at, getattr(effect, "draw", None), (*loc, "draw"), Kind.int)
    name = getattr(effect, "field", None)
    if name is not None and name not in at.entity.stored:
        text, hint = f"'{name}' is no stored field of {at.entity.name}", field_hint(at.entity, name)
        yield at.problem("move.E014", text, hint, *loc, "field")
    key = effect.target
    named = str(getattr(effect, key, "")) if key else ""
    target, place = _target(at, key, named), (*loc, "ledger" if effect.type == "post" else key)
    if target is None and key == "entity":
        yield at.problem("move.E010", f"there is no entity '{named}'", _entities(at, named), *place)
    elif target is None:
        yield at.problem("move.E010", f"'{named}' leads to no record", "write a path of references", *place)
    else:
        yield from _account(at, effect, loc, target)
        yield from _delivery(at, effect, loc, target)
        yield from _call(at, effect, loc)
        yield from _wake(at, effect, loc)
        yield from _print(at, effect, loc)
        yield from _ledger(at, effect, loc, target)
        yield from _move(at, effect, loc, target)
        yield from _values(at, effect, loc, target, source)
        yield from _notice(at, effect, loc, target)
        yield from kept_words(at, effect, loc, target)


def _candidates(at: Here, effect: Effect, loc: Loc, source: Entity) -> Iterator[Problem]:
    """What is asked of candidates is read of them, beside the record."""
    outer = {"outer": FieldType(Kind.ref, at.entity.key)} if at.entity.name else {}
    outer |= {"before": at.extra["before"]} if "before" in at.extra else {}
    asked: list[tuple[Expr | None, Kind | None, Loc]] = [
        (getattr(effect, "where", None), Kind.bool, ("where",))
    ]
    asked += [(rank.by, None, ("order", at_, "by")) for at_, rank in enumerate(getattr(effect, "order", ()))]
    for expr, want, place in asked:
        if expr is not None:
            found = Written(expr, at.entity.document, (*at.loc, *loc, *place), source.key, want, extra=outer)
            yield from judged(at.manifest, found)


def _call(at: Here, effect: Effect, loc: Loc) -> Iterator[Problem]:
    """The portal's code has the function, and it takes what it is given."""
    if not isinstance(effect, CallEffect):
        return
    known, name = at.manifest.portals[at.entity.portal].extensions, effect.function
    if name not in known.of(EFFECT):
        hint = nearest(name, known.of(EFFECT))
        hint = hint or f"write '@effect def {name}(doing)' in schema/{at.entity.portal}/{FILE}"
        yield at.problem("move.E017", f"there is no effect '{name}'", hint, *loc, "function")
        return
    function = known.functions[name]
    wrong = [key for key in effect.values if key not in function.takes]
    lacking = [key for key in function.needs if key not in effect.values]
    if wrong or lacking:
        text = f"{name}() wants the values {', '.join(function.takes) or 'none'}"
        hint = f"remove '{wrong[0]}'" if wrong else f"add 'values: {{{lacking[0]}: …}}'"
        yield at.problem("move.E018", text, hint, *loc)
    for key, expr in effect.values.items():
        yield from written(at, expr, (*loc, "values", key), None)


def _print(at: Here, effect: Effect, loc: Loc) -> Iterator[Problem]:
    """The print is one of this entity, and the field takes a PDF."""
    if not isinstance(effect, PrintEffect):
        return
    known, field = at.manifest.printed(at.entity), at.entity.fields.get(effect.keep)
    if effect.print not in known:
        hint = nearest(effect.print, known) or f"add it to 'prints:' of schema/{at.entity.portal}/portal.yaml"
        text = f"there is no print '{effect.print}' of {at.entity.name}"
        yield at.problem("move.E019", text, hint, *loc, "print")
    if field is None or "pdf" not in getattr(field, "kinds", ()):
        files = [n for n, f in at.entity.fields.items() if "pdf" in getattr(f, "kinds", ())]
        text = f"'{effect.keep}' of {at.entity.name} keeps no PDF"
        yield at.problem(
            "move.E020", text, nearest(effect.keep, files) or "name a field of type file", *loc, "keep"
        )


def _wake(at: Here, effect: Effect, loc: Loc) -> Iterator[Problem]:
    """The timer is there, and no clock tells its time."""
    if not isinstance(effect, WakeEffect):
        return
    name, _, code = effect.timer.rpartition(".")
    entity = at.manifest.entity(at.entity.portal, name) if name else None
    timers = entity.spec.timers if entity is not None else {}
    if code not in timers:
        known = [f"{e.name}.{c}" for e in at.manifest.of_portal(at.entity.portal) for c in e.spec.timers]
        text, hint = f"there is no timer '{effect.timer}'", nearest(effect.timer, known)
        yield at.problem("move.E021", text, hint or "write '<entity>.<timer>'", *loc, "timer")
    elif not timers[code].woken:
        text = f"the clock tells the time of '{effect.timer}'"
        yield at.problem("move.E022", text, "write 'woken: true' there in place of its time", *loc, "timer")


def _ledger(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    if effect.type == "post" and not target.spec.append_only:
        text = f"{target.name} is no ledger: its records can be changed"
        hint = f"add 'append_only: true' to {target.document.path}"
        yield at.problem("move.E011", text, hint, *loc, "ledger")
    for name in getattr(effect, "key", ()):
        if name not in getattr(effect, "fields", {}):
            text = f"'{name}' of the key is not among the fields"
            yield at.problem("move.E012", text, "add it to 'fields:'", *loc, "key")


def _delivery(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    if effect.type == "resend" and target.owner != f"{BASE}.delivery":
        text, hint = f"{target.name} is nothing that was sent", "name the path to the delivery with 'of:'"
        yield at.problem("move.E052", text, hint, *loc)


def _account(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    """Passwords and failed logins are those of accounts."""
    if effect.type not in ("reset_password", "unlock"):
        return
    if target.owner != f"{BASE}.user":
        text, hint = f"{target.name} is no account", "name the path to the account with 'of:'"
        yield at.problem("move.E050", text, hint, *loc)
        return
    initial = at.manifest.login(at.entity.portal).initial
    if effect.type == "reset_password" and not getattr(effect, "random", False) and initial is None:
        text = "the portal says no password with which an account begins"
        hint = f"add 'login: {{initial: …}}' to schema/{at.entity.portal}/portal.yaml, or 'random: true'"
        yield at.problem("move.E051", text, hint, *loc)


def _move(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    """The other record has the move, and its dialog asks what it is answered with."""
    code = getattr(effect, "move", None)
    if code is None:
        return
    if code not in target.moves:
        text = f"'{code}' is not a move of {target.name}"
        yield at.problem("move.E013", text, nearest(code, target.moves), *loc, "move")
        return
    asked = target.moves[code][0].dialog
    for name, expr in getattr(effect, "dialog", {}).items():
        if name not in asked:
            text = f"'{name}' is not asked in the dialog"
            yield at.problem("move.E008", text, nearest(name, asked), *loc, "dialog", name, key=True)
        yield from written(at, expr, (*loc, "dialog", name), None)


def _notice(at: Here, effect: Effect, loc: Loc, target: Entity) -> Iterator[Problem]:
    """The portal has the notice, it is about such a record, and its extra values are given."""
    name = getattr(effect, "notice", None)
    if name is None:
        return
    known = at.manifest.portals[at.entity.portal].spec.notices
    about = at.manifest.entity(at.entity.portal, known[name].about) if name in known else None
    if name not in known:
        hint = nearest(name, known) or f"add it to 'notices:' of schema/{at.entity.portal}/portal.yaml"
        yield at.problem("move.E040", f"there is no notice '{name}'", hint, *loc, "notice")
        return
    if about is not None and about is not target:
        text = f"the notice '{name}' is about {about.name}, and this is {target.name}"
        yield at.problem("move.E041", text, "name the path to it with 'of:'", *loc, "notice")
    given = [*getattr(effect, "values", {}), *filter(None, (getattr(effect, "changes", ""),))]
    wrong = [key for key in given if key not in known[name].extra]
    lacking = [key for key in known[name].extra if key not in given]
    if wrong or lacking:
        text = f"the notice '{name}' wants the values {', '.join(known[name].extra) or 'none'}"
        hint = f"remove '{wrong[0]}'" if wrong else f"add 'values: {{{lacking[0]}: …}}'"
        yield at.problem("move.E042", text, hint, *loc)
    for key, expr in getattr(effect, "values", {}).items():
        yield from written(at, expr, (*loc, "values", key), None)
    yield from written(at, getattr(effect, "once", None), (*loc, "once"), None)


def _values(at: Here, effect: Effect, loc: Loc, target: Entity, source: Entity | None) -> Iterator[Problem]:
    each = {"each": FieldType(Kind.ref, source.key)} if source is not None else {}
    yield from _set(at, getattr(effect, "fields", {}), (*loc, "fields"), target, {**at.extra, **each})
    yield from _set(at, getattr(effect, "otherwise", {}), (*loc, "otherwise"), target, at.extra)


def _set(
    at: Here, fields: Fields, loc: Loc, target: Entity, extra: Mapping[str, FieldType]
) -> Iterator[Problem]:
    for name, expr in fields.items():
        field = target.fields.get(name)
        if field is None or field.storage == "none":
            text, hint = f"'{name}' is no stored field of {target.name}", field_hint(target, name)
            yield at.problem("move.E014", text, hint, *loc, name, key=True)
            continue
        want, place = None if field.many else field.field_type().kind, (*at.loc, *loc, name)
        of = field.field_type().of
        yield from judged(
            at.manifest, Written(expr, at.entity.document, place, at.asks, want, extra, alone=True, of=of)
        )


def _target(at: Here, key: str, named: str) -> Entity | None:
    if key == "entity":
        return at.manifest.entity(at.entity.portal, named)
    if not named:
        return at.entity
    found = at.manifest.walk(at.asking, tuple(named.split(".")))
    return at.manifest.target(found[0], named.rpartition(".")[2]) if found is not None else None


def _entities(at: Here, wrong: str) -> str:
    return nearest(wrong, [entity.name for entity in at.manifest.of_portal(at.entity.portal)])

"""Definitions that would ask themselves for ever: values and rows that need each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fab_app.checks.expressions import rules_of
from fab_app.core.problems import Problem
from fab_app.core.source import Loc
from fab_app.expr import Expr, Path, walk
from fab_app.spec.manifest import Entity, Manifest, Role
from fab_app.spec.portal import Through

Step = tuple[str, str]


def check(manifest: Manifest) -> Iterator[Problem]:
    needs = {step: tuple(_needs(manifest, step)) for step in _values(manifest)}
    for (key, name), circle in _circles(needs):
        entity = manifest.entities[key]
        words = " needs ".join(
            f"{entity.name}.{name}" if one == (key, name) else _shown(one) for one in circle
        )
        place = entity.document.value_at("fields", name, "value")
        yield Problem("cycle.E001", f"a value that needs itself: {words}", place, "leave one of them out")
    for role in manifest.roles.values():
        yield from _through(manifest, role)


def _shown(step: Step) -> str:
    return f"{step[0].rpartition('.')[2]}.{step[1]}"


def _values(manifest: Manifest) -> Iterator[Step]:
    for entity in manifest.entities.values():
        for name, field in entity.fields.items():
            if isinstance(getattr(field, "value", None), Expr):
                yield entity.key, name


def _needs(manifest: Manifest, step: Step) -> Iterator[Step]:
    """The fields that the value of a field reads, of its own record and of those it refers to."""
    entity = manifest.entities[step[0]]
    value: Expr = getattr(entity.fields[step[1]], "value")  # noqa: B009 - families have it or not
    for node, depth in walk(value.tree):
        if isinstance(node, Path) and node.root == "this" and depth == 0:
            yield from _along(manifest, entity, node.names)


def _along(manifest: Manifest, entity: Entity, names: tuple[str, ...]) -> Iterator[Step]:
    for name in names:
        yield entity.key, name
        following = manifest.target(entity, name)
        if following is None:
            return
        entity = following


def _circles(needs: Mapping[Step, tuple[Step, ...]]) -> Iterator[tuple[Step, list[Step]]]:
    """Each circle once, told from its first step."""
    told: set[Step] = set()
    for start in sorted(needs):
        circle = _way_back(needs, start)
        if circle and not told & set(circle):
            told |= set(circle)
            yield start, circle


def _way_back(needs: Mapping[Step, tuple[Step, ...]], start: Step) -> list[Step]:
    ways: list[list[Step]] = [[start]]
    seen: set[Step] = set()
    while ways:
        way = ways.pop(0)
        for following in needs.get(way[-1], ()):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def _through(manifest: Manifest, role: Role) -> Iterator[Problem]:
    """Rows of one entity may be decided by another's, but not in a circle."""
    needs: dict[Step, tuple[Step, ...]] = {}
    places: dict[Step, Loc] = {}
    for name, rows in role.spec.rows.items():
        entity = manifest.entity(role.portal, name)
        for loc, rule in rules_of(name, rows) if entity is not None else ():
            target = (
                manifest.target(entity, rule.through)
                if entity is not None and isinstance(rule, Through)
                else None
            )
            if target is not None and entity is not None:
                step = (entity.key, "")
                needs[step] = (*needs.get(step, ()), (target.key, ""))
                places.setdefault(step, loc)
    for start, circle in _circles(needs):
        words = " through ".join(key.rpartition(".")[2] for key, _ in circle)
        place = role.document.value_at(*places[start], "through")
        yield Problem(
            "cycle.E002",
            f"rows that are decided through themselves: {words}",
            place,
            "write an expression for one of them",
        )

"""From the rows of a grouped statement to groups with labels and numbers in their order."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fab_app.charts.base import Chart
from fab_app.charts.ranking import Ranking, places
from fab_app.core.words import say
from fab_app.fields.base import Field
from fab_app.fields.choice import ChoiceField
from fab_app.runtime.reading import Reader
from fab_app.runtime.statistics import running
from fab_app.runtime.statistics.adding import added, cells_of
from fab_app.runtime.statistics.dimensions import Axis
from fab_app.runtime.statistics.figures import Cell, Figures, Place
from fab_app.runtime.statistics.periods import between, first_day, last, last_day, period_words
from fab_app.runtime.statistics.statement import Part
from fab_app.spec.manifest import BASE

MOST = 500


def arranged(
    reader: Reader,
    code: str,
    chart: Chart,
    parts: tuple[Part, ...],
    rows: Iterable[Any],
    wider: bool,
    keys: set[str],
) -> Figures:
    """``keys``: groups that stand there in any case."""
    totals = added(chart, parts, rows)
    axes = [_axis(parts, at) for at in (0, 1)]
    begins = bool(parts) and running.began(chart, axes[0], parts[0].query) is not None
    before = totals.pop(running.BEFORE, {}) if begins else {}
    keys = {key for key, _ in totals} | keys | _every(reader, axes[0])
    x = _places(reader, chart, parts, axes[0], 0, keys)
    x = x or (Place("", chart.label.of(reader.show.locale)),) if axes[0] is None else x
    if axes[1] is not None:
        series = _places(reader, chart, parts, axes[1], 1, {key for _, key in totals})
    else:
        series = _figures(reader, chart)
    totals = running.carried(chart, totals, before, x) if running.running(chart) else totals
    row = cells_of(chart, totals, series, axes[1] is not None)
    cells = {place.key: row(place.key) for place in x}
    x = _ordered(chart, x, cells)
    shown = _limited(chart, x, cells)
    numbers = [cells[place.key][_deciding(chart)].value for place in shown] if series else []
    return Figures(
        code,
        shown,
        series,
        tuple(cells[place.key] for place in shown),
        wider,
        len(shown) < len(x),
        tuple(places(numbers)) if isinstance(chart, Ranking) else (),
    )


def _every(reader: Reader, axis: Axis | None) -> set[str]:
    """All nodes of a tree, all options of a choice, where the author wants groups without rows too."""
    if axis is None or axis.written.every is None:
        return set()
    if axis.written.tree is not None:
        return {str(node) for node in axis.nodes}
    return set(_options(reader, axis)) if axis.target is None else set()


def _deciding(chart: Chart) -> int:
    return chart.at if isinstance(chart, Ranking) else 0


def _axis(parts: tuple[Part, ...], at: int) -> Axis | None:
    return parts[0].axes[at] if parts else None


def _places(
    reader: Reader, chart: Chart, parts: tuple[Part, ...], axis: Axis | None, at: int, keys: set[str]
) -> tuple[Place, ...]:
    """The groups in their own order: of a choice that of its options, of time the course of time, else by label."""
    if axis is None:
        return ()
    if axis.written.each is not None:
        labels = {part.entity.name: part.entity.spec.label.of(reader.show.locale) for part in parts}
        return tuple(Place(name, label, given=(("", name),)) for name, label in labels.items())
    if axis.written.period:
        return _periods(reader, parts[0], axis, keys)
    labels = _labels(reader, axis, keys - {""})
    tones = _tones(reader, axis)
    ranks = {key: index for index, key in enumerate(_orderly(reader, axis))}
    order = sorted(labels, key=lambda key: (ranks.get(key, len(ranks)), labels[key], key))
    own = _own(reader, axis)
    found = [Place(key, labels[key], tones.get(key, ""), _given(axis, key), own=key == own) for key in order]
    return (*found, *_without(keys))


def _own(reader: Reader, axis: Axis) -> str:
    """The key of the reader's own organisation, where groups are organisations."""
    org = reader.principal.value(("org",))
    of_orgs = axis.target is not None and axis.target.owner == f"{BASE}.org"
    return str(org) if of_orgs and org is not None else ""


def _without(keys: set[str]) -> tuple[Place, ...]:
    return (Place("", say("Not filled in"), "neutral", (("none", "1"),)),) if "" in keys else ()


def _given(axis: Axis, key: str) -> tuple[tuple[str, str], ...]:
    if axis.written.tree is not None and int(key) not in axis.nodes:
        return (("is", key),)
    return (("", key),)


def _periods(reader: Reader, part: Part, axis: Axis, keys: set[str]) -> tuple[Place, ...]:
    known = sorted(keys - {""})
    today = reader.world.clock.today(str(reader.show.zone))
    asked = [c for c in part.query.where if c.path == axis.path and c.op == "range"]
    wanted = known
    if axis.written.last is not None and len(asked) == 1 and _is_last(axis, asked[0].value, today):
        wanted = last(axis.written.period, axis.written.last, today)
    elif known:
        wanted = between(known[0], known[-1])
    found = [
        Place(key, period_words(key), given=(("from", str(first_day(key))), ("to", str(last_day(key)))))
        for key in wanted
    ]
    return (*found, *_without(keys))


def _is_last(axis: Axis, value: Any, today: Any) -> bool:
    """Whether the range is that of ``last`` and not one that the reader asked for."""
    low = value[0]
    first = first_day(last(axis.written.period, axis.written.last or 1, today)[0])
    return low is not None and abs((getattr(low, "date", lambda: low)() - first).days) <= 1


def _labels(reader: Reader, axis: Axis, keys: set[str]) -> dict[str, str]:
    field, show = axis.field, reader.show
    if axis.target is not None:
        ids = [int(key) for key in keys]
        if getattr(field, "label_rows", "always") == "scoped":
            found = {ref.id: ref for ref in reader.options(axis.target, "", 0, keys=ids, size=len(ids))[0]}
        else:
            found = reader.titles(axis.target, ids)
        return {key: found[int(key)].title if int(key) in found else f"#{key}" for key in keys}
    assert field is not None
    return {key: field.text(_read(field, key), show) or key for key in keys}


def _read(field: Field, key: str) -> Any:
    """The value of a group; a code that is no choice any more stands for itself."""
    if field.type == "choice":
        return key
    return (key,) if field.type == "choices" else field.parse(key)


def _options(reader: Reader, axis: Axis) -> list[str]:
    return [option.value for option in axis.field.choices(reader.show)] if axis.field is not None else []


def _orderly(reader: Reader, axis: Axis) -> list[str]:
    return [option.value for option in axis.field.every(reader.show)] if axis.field is not None else []


def _tones(reader: Reader, axis: Axis) -> dict[str, str]:
    if not isinstance(axis.field, ChoiceField):
        return {}
    return {option.value: option.tone for option in axis.field.every(reader.show) if option.tone}


def _figures(reader: Reader, chart: Chart) -> tuple[Place, ...]:
    locale = reader.show.locale
    return tuple(
        Place(
            code,
            (measure.label or chart.label).of(locale),
            measure.tone or "",
            (("", code),),
            "%" if measure.ratio is not None else measure.unit.of(locale) if measure.unit else "",
            digits=measure.digits if "digits" in measure.model_fields_set else None,
        )
        for code, measure in chart.figures.items()
    )


def _ordered(chart: Chart, x: tuple[Place, ...], cells: dict[str, tuple[Cell, ...]]) -> tuple[Place, ...]:
    order = chart.order or ("falling" if chart.falling else "own")
    if order == "label":
        return tuple(sorted(x, key=lambda place: place.label))
    if isinstance(chart, Ranking) and order == "falling":
        return tuple(sorted(x, key=lambda place: _ranked(chart, place, cells[place.key])))
    if order in ("rising", "falling"):
        sign = -1 if order == "falling" else 1
        return tuple(sorted(x, key=lambda place: sign * _weight(chart, cells[place.key])))
    return x


def _ranked(chart: Ranking, place: Place, cells: tuple[Cell, ...]) -> tuple[Any, ...]:
    """No number last; then the greater, the greater of ``then``, the label."""
    number, codes = cells[chart.at].value, list(chart.figures)
    then = cells[codes.index(chart.then)].value if chart.then in codes else 0
    return (number is None, -Decimal(str(number or 0)), -Decimal(str(then or 0)), place.label)


def _weight(chart: Chart, cells: tuple[Cell, ...]) -> float:
    at = _deciding(chart)
    counted = cells if chart.split is not None else cells[at : at + 1]
    return float(sum(Decimal(str(cell.value or 0)) for cell in counted))


def _limited(chart: Chart, x: tuple[Place, ...], cells: dict[str, tuple[Cell, ...]]) -> tuple[Place, ...]:
    """The first ones; of a ranking also those equal to the last of them."""
    limit = chart.limit or MOST
    if len(x) <= limit or not isinstance(chart, Ranking):
        return x[:limit]
    least = _weight(chart, cells[x[limit - 1].key])
    return tuple(
        place for at, place in enumerate(x) if at < limit or _weight(chart, cells[place.key]) == least
    )

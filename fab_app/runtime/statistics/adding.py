"""From the rows of a grouped statement to numbers: summed up by pairs of groups, read as figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fab_app.charts.base import Chart, Measure
from fab_app.runtime.statistics.dimensions import Axis, key_of
from fab_app.runtime.statistics.figures import Cell, Number, Place
from fab_app.runtime.statistics.running import Sums, Totals
from fab_app.runtime.statistics.statement import Part


def totalled(chart: Chart, parts: tuple[Part, ...], rows: Iterable[Any]) -> tuple[Cell, ...]:
    """The figures over all rows."""
    return cells_of(chart, added(chart, parts, rows), (), False)("")


def nothing(chart: Chart) -> tuple[Cell, ...]:
    """The figures of a group without rows."""
    return cells_of(chart, {}, (), False)("")


def added(chart: Chart, parts: tuple[Part, ...], rows: Iterable[Any]) -> Totals:
    """The sums of each pair of groups, over all entities."""
    totals: Totals = {}
    found = list(rows)
    if not found:
        return totals
    places = {name: at for at, name in enumerate(found[0]._fields)}
    named = [(name, at) for name, at in places.items() if name != "part" and name[0] != "d"]
    figures = [(name, at, _is_extreme(chart, name)) for name, at in named]
    at_part, at_x, at_y = places["part"], places.get("d0", 0), places.get("d1", 0)
    keys = [tuple(_Keys(part, axis) for axis in part.axes) for part in parts]
    for row in map(tuple, found):
        of_x, of_y = keys[row[at_part]]
        pair = of_x[row[at_x]], of_y[row[at_y]]
        sums = totals.get(pair)
        if sums is None:
            totals[pair] = {name: row[at] if least else row[at] or 0 for name, at, least in figures}
            continue
        for name, at, least in figures:
            sums[name] = row[at] if least else sums[name] + (row[at] or 0)
    return totals


class _Keys(dict[Any, str]):
    """The keys of groups by their values, each told once, for a chart has thousands of pairs."""

    def __init__(self, part: Part, axis: Axis | None) -> None:
        super().__init__()
        self.part, self.axis = part, axis

    def __missing__(self, value: Any) -> str:
        self[value] = self._key(value)
        return self[value]

    def _key(self, value: Any) -> str:
        if self.axis is None:
            return ""
        return key_of(value, self.axis) if self.axis.path else self.part.entity.name


def _is_extreme(chart: Chart, name: str) -> bool:
    """Of ``m1``, the second figure: whether it is the least or the greatest of its values."""
    if name[0] != "m":
        return False
    measure = list(chart.figures.values())[int(name[1:])]
    return measure.min is not None or measure.max is not None


def cells_of(
    chart: Chart, totals: Totals, series: Sequence[Place], split: bool
) -> Callable[[str], tuple[Cell, ...]]:
    """From the key of a group to its cells."""
    cells = [_cell(measure, at) for at, measure in enumerate(chart.figures.values())]
    if not split:
        return lambda key: tuple(cell(totals.get((key, ""), {})) for cell in cells)
    of, none, others = cells[0], cells[0]({}), [place.key for place in series]
    found = {pair: of(sums) for pair, sums in totals.items()}
    return lambda key: tuple(found.get((key, other), none) for other in others)


def _cell(measure: Measure, at: int) -> Callable[[Sums], Cell]:
    """From the sums of a group to one of its figures."""
    own, whole = f"m{at}", f"w{at}"
    if measure.value is None and measure.ratio is None:
        name = own if measure.count is not None else "n"
        return lambda sums: Cell(number := int(sums.get(name, 0)), number)
    return lambda sums: Cell(_value(measure, sums.get(own, 0), rows := int(sums.get(whole, 0))), rows)


def _value(measure: Measure, own: Any, whole: int) -> Number:
    if measure.distinct is not None:
        return int(own)
    if measure.ratio is not None:
        return _rounded(own, whole, measure, 100)
    if measure.min is not None or measure.max is not None:
        return _rounded(own, 1, measure, 1) if whole else None
    return _rounded(own, whole if measure.avg is not None else 1, measure, 1)


def _rounded(part: Any, whole: int, measure: Measure, times: int) -> Number:
    """Exact division, half up; None of nothing."""
    if not whole:
        return None
    exact = Decimal(str(part)) * times / Decimal(whole)
    return exact.quantize(Decimal(1).scaleb(-measure.digits), ROUND_HALF_UP)

"""What is counted, and by what: the keys that every chart has. A type says how its numbers are drawn."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field as Key
from pydantic import field_validator, model_validator

from fab_app.core.grammar import Grammar, expanded
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

Tone = Literal["info", "warn", "bad", "good", "away", "neutral"]
PERIODS = ("year", "quarter", "month", "day")
PERIOD = "period"
"""What an address calls the one that was chosen."""
Period = Literal["year", "quarter", "month", "day"]
BY_TYPE = {"date": "range", "datetime": "range", "tree_ref": "below", "region": "below"}


class Filter(Grammar):
    """A condition that the reader may set; ``name`` is what the address calls it, else the field's own.

    ``periods`` of a date are offered beside its two ends; ``default`` is the one, up to now, that holds where an
    address says nothing of the date. An address that gives both ends empty asks for all of time.
    """

    field: str
    by: Literal["eq", "in", "contains", "range", "below"] | None = None
    name: str | None = None
    label: Text | None = None
    periods: tuple[Period, ...] = ()
    default: Period | None = None

    @property
    def code(self) -> str:
        return self.name or self.field


class Ratio(Grammar):
    """Of the rows for which ``over`` holds (all where not said) the share for which ``part`` holds, in percent."""

    part: Formula
    over: Formula | None = None


class Measure(Grammar):
    """One figure: a number of rows, those for which ``count`` holds, a sum, a mean, a share, or one of these:

    ``distinct``: of how many different values, ``min`` and ``max``: the least and the greatest; they are taken over
    one entity. ``running``: the sum up to the end of each period, with all that came before the first one: a balance.
    ``digits`` stand after the point of a mean, a share and a sum.
    """

    label: Text | None = None
    count: Formula | None = None
    sum: Formula | None = None
    avg: Formula | None = None
    running: Formula | None = None
    ratio: Ratio | None = None
    distinct: Formula | None = None
    min: Formula | None = None
    max: Formula | None = None
    unit: Text | None = None
    digits: int = Key(default=1, ge=0, le=6)
    tone: Tone | None = None

    @model_validator(mode="after")
    def _one(self) -> Measure:
        said = (self.count, self.sum, self.avg, self.running, self.ratio, *self.single)
        if sum(what is not None for what in said) > 1:
            raise ValueError(
                "a figure is one of count, sum, avg, running, ratio, distinct, min, max|make two figures of it"
            )
        return self

    @property
    def single(self) -> tuple[Formula | None, ...]:
        """What cannot be added up over several entities."""
        return (self.distinct, self.min, self.max)

    @property
    def value(self) -> Formula | None:
        """What the figure is taken of in each row; None of a number of rows and of a share."""
        return next(
            (one for one in (self.sum, self.avg, self.running, *self.single) if one is not None), None
        )


class Dimension(Grammar):
    """What rows are grouped by: a field or path, a period of a date, the regions one level down, or the kind of record.

    ``last``: as many periods up to now, those without rows included. ``date`` with ``periods`` lets the reader choose:
    ``{day: 30, month: 12}`` shows the last 30 days, or, switched over, the last 12 months. ``level``: of a tree,
    counted from its top; without it the nodes right below the chosen one, or below the reader's own. ``every``: groups
    without rows stand here too: of a reference the records for which it holds, of a tree and a choice all.
    """

    field: str | None = None
    year: str | None = None
    quarter: str | None = None
    month: str | None = None
    day: str | None = None
    date: str | None = None
    periods: dict[Period, int] = Key(default_factory=dict)
    tree: str | None = None
    level: int | None = Key(default=None, ge=1, le=9)
    each: Literal["entity"] | None = None
    last: int | None = Key(default=None, ge=1, le=400)
    label: Text | None = None
    every: Formula | None = None

    @model_validator(mode="after")
    def _one(self) -> Dimension:
        if sum(what is not None for what in (self.field, self.tree, self.each, *self._periods())) != 1:
            raise ValueError("rows are grouped by one of field, a period, date, tree, each|keep one of them")
        if (self.date is not None) != bool(self.periods):
            raise ValueError(
                "a date has periods to choose from|write 'date: a_date' and 'periods: {day: 30}'"
            )
        if not all(1 <= number <= 400 for number in self.periods.values()):
            raise ValueError("so many periods cannot be shown|write a number from 1 to 400")
        if self.last is not None and (not self.period or self.periods):
            raise ValueError("'last' counts periods|add 'month: a_date'")
        if self.every is not None and (self.period or self.each):
            raise ValueError("'every' stands beside a field or a tree|write 'last' for periods")
        if self.level is not None and self.tree is None:
            raise ValueError("'level' is one of a tree|write 'tree: a_region'")
        return self

    def _periods(self) -> tuple[str | None, ...]:
        return (self.year, self.quarter, self.month, self.day, self.date)

    def within(self, period: str) -> Dimension:
        """By this one of ``periods``, the first of them where it is none."""
        if not self.periods:
            return self
        name = next((one for one in self.periods if one == period), next(iter(self.periods)))
        return Dimension.model_validate({name: self.date, "last": self.periods[name], "label": self.label})

    @cached_property
    def period(self) -> str:
        """year, quarter, month, day, or "" where rows are not grouped by time."""
        named = next((name for name, path in zip(PERIODS, self._periods(), strict=False) if path), "")
        return named or next(iter(self.periods), "")

    @cached_property
    def path(self) -> str:
        """The dotted path that is grouped by; "" for the kind of record."""
        return next((path for path in (self.field, self.tree, *self._periods()) if path), "")


class Switch(Grammar):
    """The words for figures over all rows and over those that the reader may open."""

    all: Text
    own: Text


class Chart(Grammar):
    """``of``: an entity, or several whose numbers are added up. ``where`` holds for every row that is counted.

    ``switch``: who has figures over more rows than he may open may look at his own alone; only these open rows.
    ``own``: the figures are always those of the rows that one may open, as on a home page.
    """

    type: str
    label: Text
    note: Text | None = None
    of: tuple[str, ...] = ()
    measures: dict[str, Measure] = Key(default_factory=dict, alias="measure")
    by: Dimension | None = None
    split: Dimension | None = None
    where: Formula | None = None
    filters: tuple[Filter, ...] = ()
    order: Literal["own", "label", "rising", "falling"] | None = None
    limit: int | None = Key(default=None, ge=1, le=500)
    switch: Switch | None = None
    own: bool = False

    drawn: ClassVar[str] = "column"
    span: ClassVar[int] = 6
    grouped: ClassVar[tuple[int, ...]] = (1, 2)
    """How many of ``by`` and ``split`` the type takes."""
    falling: ClassVar[bool] = False
    """Whether the greatest stands first where the author says nothing."""

    @field_validator("of", mode="before")
    @classmethod
    def _one_entity(cls, raw: object) -> object:
        return (raw,) if isinstance(raw, str) else raw

    @field_validator("by", "split", mode="before")
    @classmethod
    def _short_dimension(cls, raw: object) -> object:
        return {"field": raw} if isinstance(raw, str) else raw

    @field_validator("filters", mode="before")
    @classmethod
    def _short_filters(cls, raw: object) -> object:
        return expanded(raw, "field")

    @field_validator("measures", mode="before")
    @classmethod
    def _short_measure(cls, raw: object) -> object:
        """``count`` alone, one figure without a code, or figures by their codes."""
        if raw == "count":
            return {"count": {}}
        if isinstance(raw, dict) and raw.keys() & Measure.model_fields.keys() and not _coded(raw):
            return {"value": raw}
        return raw

    @model_validator(mode="after")
    def _fits(self) -> Chart:
        groups = sum(dimension is not None for dimension in (self.by, self.split))
        if groups not in self.grouped or (self.split is not None and self.by is None):
            wanted = " or ".join(str(number) for number in self.grouped)
            raise ValueError(f"type '{self.type}' takes {wanted} of 'by' and 'split'|see docs/statistics.md")
        if self.split is not None and self.split.periods:
            raise ValueError("periods are chosen for 'by'|write 'month: a_date' under 'split'")
        if self.by is not None and self.by.periods and PERIOD in [one.code for one in self.filters]:
            raise ValueError(
                f"'{PERIOD}' is what an address calls the chosen period|name the condition otherwise"
            )
        if self.own and self.switch is not None:
            raise ValueError("figures of one's own rows alone have no switch|remove 'own' or 'switch'")
        if any(one.running for one in self.measures.values()) and not (self.by and self.by.period):
            raise ValueError("what runs on does so over time|add 'by: {month: a_date}'")
        if self.split is not None and any(one.running for one in self.measures.values()):
            raise ValueError("what runs on is not split|remove 'split'")
        if self.split is not None and len(self.measures) > 1:
            raise ValueError("a split chart shows one figure|remove 'split' or all figures but one")
        return self

    @property
    def figures(self) -> dict[str, Measure]:
        """The figures by code; the number of rows where the author named none."""
        return self.measures or {"count": Measure()}

    @property
    def parts(self) -> tuple[str, ...]:
        """The charts of which this one consists."""
        return ()

    @property
    def beside(self) -> tuple[str, ...]:
        """The charts whose figures stand beside each other in this one."""
        return ()


def _coded(raw: dict[Any, Any]) -> bool:
    return any(isinstance(value, dict) and not {"part", "zh"} & value.keys() for value in raw.values())

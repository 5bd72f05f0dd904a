"""The results as a table that a person reads."""

from __future__ import annotations

from collections.abc import Iterable

from bench.judging import Verdict

HEADS = ("work", "ours", "best peer", "ratio", "bar", "met", "floor", "ours/floor", "limit", "SQL")


def table(verdicts: Iterable[Verdict]) -> str:
    """A Markdown table, a line per kind of work."""
    rows = [HEADS, *(_cells(verdict) for verdict in verdicts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = " | ".join("-" * width for width in widths)
    return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))


def missed(verdicts: Iterable[Verdict]) -> list[str]:
    return [verdict.name for verdict in verdicts if not verdict.met]


def _cells(verdict: Verdict) -> tuple[str, ...]:
    unit, sign = verdict.unit, "≥" if verdict.higher else "≤"
    statements = f"{verdict.statements}" + (f" (≤ {verdict.allowed})" if verdict.allowed else "")
    return (
        verdict.name,
        f"{_number(verdict.ours)} {unit}".strip(),
        f"{_number(verdict.best)} {verdict.best_peer}" if verdict.best_peer else "",
        f"{verdict.ratio:.2f}" if verdict.best_peer else "",
        f"{sign} {verdict.bar:g}",
        "yes" if verdict.met else "NO",
        _number(verdict.floor) if verdict.floor else "",
        f"{verdict.to_floor:.2f}" if verdict.floor else "",
        f"{verdict.limit:g}" if verdict.limit else "",
        statements if verdict.statements else "",
    )


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:,.0f}"

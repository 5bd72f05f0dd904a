"""How many records a list has: of each tab, and in how many pages.

Thousands are not counted before the page is shown: it takes the last numbers and asks for the new ones beside.
"""

from __future__ import annotations

from flask import request

from fab_app.core.words import locale, say
from fab_app.runtime.counting import COUNTED, Count
from fab_app.runtime.query import Query as Question
from fab_app.runtime.reading import Reader, Record
from fab_app.spec.manifest import Entity
from fab_app.web.pages import Counters, Pager, Tab
from fab_app.web.screens.asked import SIZES, Asked, first_tab
from fab_app.web.screens.plan import Plan

PART = "counters"
"""The ``part`` of a list that its numbers are."""


def counters(reader: Reader, wanted: Asked) -> Counters:
    """The numbers of a list as they are now."""
    entity, query = wanted.plan.entity, wanted.query
    counts = reader.counts(entity, query.bare(), counted(entity, query.tab))
    full = "full" in request.args
    return Counters(pager(wanted, counts[query.tab], full), tab_links(entity, wanted, counts))


def found(reader: Reader, plan: Plan, query: Question) -> tuple[dict[str, Count], list[Record]]:
    """The counters and the page: by one look at the table where a part of a text is searched for, else by two."""
    entity, tabs = plan.entity, counted(plan.entity, query.tab)
    start = query.page * query.size
    if len(tabs) == 1 and start < COUNTED and any(item.op == "contains" for item in query.where):
        keys = reader.scan(entity, query)
        page = keys[start : start + query.size]
        count = Count(min(len(keys), COUNTED), len(keys) > COUNTED)
        return dict.fromkeys(tabs, count), reader.rows_of(entity, query, page, plan.flags, plan.asked)
    counts = reader.counts(entity, query.bare(), tabs, later=True)
    return counts, reader.rows(entity, query, plan.flags, may=plan.asked, known=counts[query.tab])


def counted(entity: Entity, current: str) -> dict[str, str]:
    """The tabs that are counted, the current one among them: a page apart stands alone."""
    tabs = entity.spec.listing.tabs
    if current in tabs and tabs[current].apart:
        return {current: current}
    found = {code: code for code, tab in tabs.items() if not tab.apart} or {"": ""}
    return found if current in found else {"": "", **found}


def pager(wanted: Asked, total: Count, full: bool) -> Pager:
    """``full``: the page has as many rows as it may, so another may follow."""
    query = wanted.query
    pages = max(1, -(-total.number // query.size))
    more = total.more
    number = f"{total.number:,}" + ("+" if more else "")
    base, sized = wanted.url(page=None), wanted.url(size=None)
    return Pager(
        count_text=say("{count} in all", count=number),
        page=query.page + 1,
        pages=pages,
        size=query.size,
        sizes=SIZES,
        base=base + ("&" if "?" in base else "?") + "page=",
        size_base=sized + ("&" if "?" in sized else "?") + "size=",
        more=more,
        has_next=more and full,
        count=total.number,
        recount=wanted.url(part=PART, full="1" if full else None, page=query.page + 1) if total.old else "",
    )


def tab_links(entity: Entity, wanted: Asked, counts: dict[str, Count]) -> tuple[Tab, ...]:
    first, tabs = first_tab(wanted.plan), entity.spec.listing.tabs
    return tuple(
        Tab(
            code,
            tab.label.of(locale.get()),
            wanted.url(tab="" if code == first else code, page=None),
            f"{counts[code].number:,}{'+' if counts[code].more else ''}",
            code == wanted.query.tab,
            tab.alarm,
        )
        for code, tab in tabs.items()
        if code in counts and not tab.apart
    )

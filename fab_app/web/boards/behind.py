"""The lists behind a number that counts several kinds of record."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime.judging import NotFound
from fab_app.runtime.query import Asking
from fab_app.spec.manifest import Entity, Portal
from fab_app.web import context
from fab_app.web.boards.conditions import asked, statistics
from fab_app.web.boards.links import list_of
from fab_app.web.pages import Action, Crumb
from fab_app.web.pages.boards import RowsPage
from fab_app.web.screens.access import require_person
from fab_app.web.screens.asked import asked as list_asked
from fab_app.web.screens.plan import plan_of
from fab_app.web.shell import shell_of

GROUPS = ("x", "x_from", "x_to", "x_none", "x_is", "s", "s_from", "s_to", "s_none", "s_is")


def rows_behind(portal: Portal, code: str) -> ResponseReturnValue:
    """Each list with the number of its rows under the same conditions."""
    require_person()
    if code not in portal.spec.charts:
        raise NotFound(say("There is no such page"))
    stats = statistics(portal)
    if not stats.permitted(code):
        raise Refused(say("You may not do this"), status=403)
    _, values = asked(stats, code, request.args)
    groups = tuple((name, value) for name in GROUPS for value in request.args.getlist(name) if value)
    figure, lists, total = request.args.get("figure", ""), [], 0
    for entity in stats.entities(code):
        url = list_of(stats, entity, code, figure, groups, values)
        count = _count(entity, url)
        total += count
        lists.append(
            Action(entity.spec.label.of(locale.get()), url, entity.spec.icon or "file-text", count=count)
        )
    chart = portal.spec.charts[code]
    title = chart.label.of(locale.get())
    page = RowsPage(
        shell=shell_of(portal.name, (Crumb(title),)),
        title=title,
        subtitle=say("Rows behind the number, by kind of record"),
        lists=tuple(lists),
        total=f"{total:,}",
    )
    return render_template("behind.html", page=page)


def _count(entity: Entity, url: str) -> int:
    world = context.world()
    args = MultiDict(parse_qsl(url.partition("?")[2]))
    plan = plan_of(world, entity)
    asking = Asking(world, plan.entity, context.principal())
    wanted = list_asked(world, asking, plan, args, "")
    return context.reader(plan.entity).count(plan.entity, wanted.query).number

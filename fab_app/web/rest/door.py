"""The frame of every request of the API: who asks, may it be done, one transaction, one answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, g, request
from flask_wtf.csrf import validate_csrf
from sqlalchemy.exc import IntegrityError
from wtforms.validators import ValidationError

from fab_app.core.problems import Refused
from fab_app.core.words import say
from fab_app.fields.show import zone
from fab_app.runtime.judging import Conflict
from fab_app.runtime.query import Unreadable
from fab_app.runtime.refusals import change_first, forbidden
from fab_app.spec.manifest import Entity
from fab_app.web import context
from fab_app.web.refused import at_address, note
from fab_app.web.rest.answers import refusal

Work = Callable[[], Response]


class Unknown(Refused):
    """Nobody is logged in, or the token is bad or expired: 401."""

    status = 401


def served(work: Work) -> Response:
    """The answer of ``work``, committed; a refusal leaves nothing behind."""
    session = context.session()
    try:
        known()
        response = work()
        session.commit()
    except Refused as refused:
        session.rollback()
        note(refused)
        return refusal(refused)
    except IntegrityError:
        session.rollback()
        return refusal(Conflict(say("Someone just changed what this record refers to")))
    except BaseException:
        session.rollback()
        raise
    return response


def known() -> None:
    """Somebody asks who may ask at all; a cookie counts for a change only with the page's own token."""
    who = context.principal()
    if not who.known:
        sentence = "The token is not valid or has expired" if g.get("bad_token") else "Log in first"
        raise Unknown(say(sentence))
    if who.must_change:
        raise Refused(change_first(context.world(), who.portal), status=403)
    if who.channel == "web" and request.method not in context.SAFE:
        _own_page()


def permitted(entity: Entity, *actions: str) -> None:
    """Raises 403 where the person may do none of the actions with this kind of thing."""
    world, who = context.world(), context.principal()
    belongs = who.everything or entity.portal in (who.portal, "base")
    if not belongs or not any(world.grants.may(who, entity.key, action) for action in actions):
        raise at_address(forbidden(world, entity, who, actions[0]), entity)
    zone.set(context.show(entity.portal).zone)


def _own_page() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRFToken") or request.headers.get("X-CSRF-Token"))
    except ValidationError as error:
        raise Unreadable(say("The page is too old, load it again")) from error

"""People without an account, and their pages on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

if TYPE_CHECKING:
    from fab_app.spec.manifest import Entity, Manifest, Portal


class Seat(Grammar):
    """People of a channel who have no account: each row of ``entity`` is one, known by its field ``key``.

    ``open``: only while this holds of the row. ``told``: only while this holds are notices sent; else they are kept
    as skipped. A session ends after ``idle`` minutes without a request. The
    ``channel`` says who somebody is, and the log names it. ``joins``: what is written into the row of a person whom
    the channel names for the first time; without it he is refused.
    """

    label: Text
    entity: str
    key: str
    open: Formula | None = None
    told: Formula | None = None
    channel: str = Key(default="wechat", max_length=20)
    joins: dict[str, str] | None = None
    idle: int = Key(default=1440, ge=1, le=43200)


class MobilePage(Grammar):
    """A place of the bar at the foot: the cards of an entity (or of one tab), or the form of a new record.

    ``bar: false``: it stands among the others behind the last place of the bar.
    """

    entity: str
    label: Text | None = None
    icon: str | None = None
    page: Literal["list", "add"] = "list"
    tab: str | None = None
    when: Formula | None = None
    bar: bool = True


class Mobile(Grammar):
    """``mobile:`` of a portal: the pages of its seats under ``/<portal>/m/``, by code, in the order of the bar."""

    pages: dict[str, MobilePage]


def carried(manifest: Manifest, entity: Entity) -> bool:
    """Whether the entity has pages on the phone."""
    owner = manifest.portals.get(entity.portal)
    mobile = owner.spec.mobile if owner is not None else None
    pages = mobile.pages.values() if mobile is not None else ()
    return any(manifest.entity(entity.portal, page.entity) is entity for page in pages)


def kind_of(portal: Portal, named: str | None) -> str | None:
    """The code of the kind of seat that is meant: the named one, else the only one; None where there is none."""
    seats = portal.spec.seats
    code = named if named is not None else next(iter(seats)) if len(seats) == 1 else None
    return code if code in seats else None

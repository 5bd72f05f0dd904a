"""What acting on rows needs to know, put together once at start and never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fab_app.access.grants import Grants
from fab_app.access.principal import Principal
from fab_app.access.resolver import Clock
from fab_app.access.rows import RowAccess
from fab_app.channels.base import Channel
from fab_app.fields.show import Show
from fab_app.runtime import calling
from fab_app.runtime.custom_roles import CustomRoles
from fab_app.runtime.plans import Plans
from fab_app.spec.login import Login
from fab_app.spec.manifest import Entity, Manifest
from fab_app.store.tables import Stored, Tables

if TYPE_CHECKING:
    from fab_app.store.blobs import Blobs


NUMBERS = 100_000
"""Numbers of the answers that are kept together: about 30 MB with what was written of them."""


@dataclass(frozen=True, eq=False)
class World:
    """What is kept for the next who asks the same: statements of screens and of the ``api``, ``answers`` of
    statistics, ``documents`` that describe the API. ``definitions``: the digests of the workflows that the database
    held at start.
    """

    tables: Tables
    grants: Grants
    clock: Clock
    blobs: Blobs
    plans: Plans = field(default_factory=Plans)
    api: Plans = field(default_factory=Plans)
    answers: Plans = field(default_factory=lambda: Plans(NUMBERS, lambda figures: figures.weight))
    documents: Plans = field(default_factory=lambda: Plans(200))
    roles: CustomRoles = field(default_factory=CustomRoles)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    definitions: frozenset[str] = frozenset()
    extensions: Mapping[str, Mapping[str, Callable[..., Any]]] = field(default_factory=dict)
    _shows: dict[tuple[str, str], Show] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        return self.tables.manifest

    def login(self, portal: str) -> Login:
        """How a portal's accounts log in, with what its settings say now."""
        return self.tables.settings.login(portal, self.manifest.login(portal))

    def stored(self, entity: Entity) -> Stored:
        return self.tables.of(entity.key)

    def access(self, principal: Principal) -> RowAccess:
        return RowAccess(self.tables, self.grants, principal, self.clock)

    def show(self, portal: str, locale: str) -> Show:
        """How values of a portal are shown to a reader of this language."""
        from zoneinfo import ZoneInfo

        known = self._shows.get((portal, locale))
        if known is None:
            zone = ZoneInfo(self.manifest.portals[portal].spec.zone)
            known = self._shows[portal, locale] = Show(
                locale,
                zone,
                kinds=calling.kinds(self.manifest, portal, locale),
                acts=calling.acts(self.manifest, portal, locale),
            )
        return known

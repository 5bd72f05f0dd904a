"""What an explanation is made of: claims with their places, and how rows are seen whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fab_app.access.grants import Grants
from fab_app.access.principal import Principal
from fab_app.core.problems import Place
from fab_app.expr import Env
from fab_app.spec.manifest import Entity, Manifest


@dataclass(frozen=True, slots=True)
class Found:
    """A record as it stands, whoever may see it: ``row`` by column, ``env`` for expressions."""

    entity: Entity
    id: int
    row: Mapping[str, Any]
    env: Env


class Sight(Protocol):
    """How an explanation sees the rows: all of them, for it answers somebody who may ask."""

    @property
    def manifest(self) -> Manifest: ...

    @property
    def grants(self) -> Grants: ...

    def look(self, entity: Entity, id_: int, principal: Principal) -> Found | None: ...

    def below(self, axis: str, node: int, ancestor: int) -> bool: ...

    def called(self, role: str) -> str:
        """A role as people know it: a custom one by its name instead of its number."""
        ...

    def awaits(self, found: Found, principal: Principal, act: str) -> tuple[bool, bool]:
        """Whether a task of the record (of this kind of answer; "" any) waits for him; whether he answered one."""
        ...

    def began(self, found: Found, digests: tuple[str, ...]) -> bool:
        """Whether a case of the record began with one of these workflows."""
        ...

    def axis(self, entity: Entity, axis: str) -> str:
        """The column by which the entity's rows hang on an axis; "" where they do not."""
        ...


@dataclass(frozen=True, slots=True)
class Reason:
    """A claim, whether it holds, where it is written, and what it rests on."""

    text: str
    holds: bool
    at: Place | None = None
    inner: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """``standing`` must all hold; of ``roles`` one is enough; ``notes`` decide nothing."""

    account: str
    action: str
    entity: str
    record: int | None
    allowed: bool
    standing: tuple[Reason, ...]
    roles: tuple[Reason, ...]
    notes: tuple[Reason, ...] = ()

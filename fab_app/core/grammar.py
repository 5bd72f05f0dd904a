"""The base of everything an author writes: frozen, and every key known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Tag


class Grammar(BaseModel):
    """A piece of a definition, judged when it is read and never changed after."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, populate_by_name=True
    )


def expanded(raw: object, key: str) -> object:
    """A bare word in a list stands for ``{key: word}``."""
    if not isinstance(raw, list | tuple):
        return raw
    return tuple({key: item} if isinstance(item, str) else item for item in raw)


def shaped(choose: Callable[[Any], str], **branches: Any) -> Any:
    """One of several grammars, chosen by the shape of what was written, so that errors name one branch."""
    return Annotated[
        Union[tuple(Annotated[branch, Tag(tag)] for tag, branch in branches.items())],  # noqa: UP007
        Discriminator(choose),
    ]


def by_key(key: str, there: str, absent: str) -> Callable[[Any], str]:
    """``there`` where a mapping (or an object) has ``key``, else ``absent``."""

    def choose(raw: Any) -> str:
        has = key in raw if isinstance(raw, dict) else hasattr(raw, key)
        return there if has else absent

    return choose

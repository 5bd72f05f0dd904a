"""What is made by the hundred for one page, and what is made once for all pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, cast, dataclass_transform

T = TypeVar("T")
Of = TypeVar("Of")


@dataclass_transform(frozen_default=True)
def fixed(made: type[T]) -> type[T]:
    """A dataclass that nobody changes: the type checker holds it, not the object.

    A frozen dataclass takes four times as long to make, for it sets each of its fields through
    ``object.__setattr__``; a page of a list makes five hundred.
    """
    return dataclass(slots=True, unsafe_hash=True)(made)


def once(work: Callable[[Of], T]) -> Callable[[Of], T]:
    """``work`` of an object, done once and kept on the object: it goes when the object goes.

    Two threads may both do it at first; the work must be a pure one, so that either result will do.
    """
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def found(of: Of) -> T:
        kept = vars(of)
        if name not in kept:
            kept[name] = work(of)
        return cast(T, kept[name])

    return found

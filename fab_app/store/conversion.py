"""What becomes of values when the type of their column changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal

import sqlalchemy as sa

Step = Literal["longer", "shorter", "other"]
_PARTS: Final = re.compile(r"^([A-Z_]+(?: PRECISION)?)(?:\((\d+)(?:,(\d+))?\))?")
_TEXTS: Final[Mapping[str, int]] = {
    "CHAR": 0,
    "VARCHAR": 0,
    "TINYTEXT": 63,
    "TEXT": 16_383,
    "MEDIUMTEXT": 4_194_303,
    "LONGTEXT": 2**30,
}
_WHOLE: Final = ("TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT")
_EXACT: Final = ("NUMERIC", "DECIMAL")


def step_between(old: str, new: str) -> Step:
    """Whether every value of type ``old`` fits as it is into ``new``; "shorter" is about texts alone."""
    (old_name, *old_size), (new_name, *new_size) = _parts(old), _parts(new)
    if old_name in _TEXTS and new_name in _TEXTS:
        return "longer" if text_limit(new) >= text_limit(old) else "shorter"
    if old_name in _WHOLE and new_name in _WHOLE:
        return "longer" if _WHOLE.index(new_name) >= _WHOLE.index(old_name) else "other"
    if old_name in _EXACT and new_name in _EXACT and _digits(old_size, new_size):
        return "longer"
    if old_name == new_name == "DATETIME" and new_size[0] >= old_size[0]:
        return "longer"
    return "other"


def text_limit(type_: str) -> int:
    """How many characters surely fit into a text type as ``shape`` spells it."""
    name, size, _ = _parts(type_)
    return size or _TEXTS[name] or 2**30


def meant(type_: sa.types.TypeEngine[Any]) -> Callable[[Any], Any]:
    """A function from a stored value to what it means as ``type_``; ValueError where it means nothing."""
    bare = type_.impl if isinstance(type_, sa.types.TypeDecorator) else type_
    for family, reader in _READERS:
        if isinstance(bare, family):
            return lambda value: reader(value, bare)
    raise ValueError(f"Values cannot be turned into {type_!r}.")


def _parts(type_: str) -> tuple[str, int, int]:
    found = _PARTS.match(type_)
    if found is None:
        return type_, 0, 0
    return found[1], int(found[2] or 0), int(found[3] or 0)


def _digits(old: list[int], new: list[int]) -> bool:
    unlimited = new[0] == 0
    return unlimited or (old[0] > 0 and new[1] >= old[1] and new[0] - new[1] >= old[0] - old[1])


def _text(value: Any, type_: Any) -> str:
    if isinstance(value, bool):
        value = int(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    if type_.length is not None and len(text) > type_.length:
        raise ValueError("too long")
    return text


def _number(value: Any, type_: Any) -> Decimal | float:
    number = Decimal(str(int(value) if isinstance(value, bool) else value).strip() or "no")
    if not number.is_finite():
        raise ValueError("not a number")
    if type_.scale is not None and number != round(number, type_.scale):
        raise ValueError("too many places")
    if (
        type_.precision is not None
        and type_.scale is not None
        and abs(number) >= 10 ** (type_.precision - type_.scale)
    ):
        raise ValueError("too large")
    return number if type_.asdecimal else float(number)


def _float(value: Any, type_: Any) -> float:
    return float(value)


def _whole(value: Any, type_: Any) -> int:
    number = Decimal(str(int(value) if isinstance(value, bool) else value).strip() or "no")
    limit = 2**63 if isinstance(type_, sa.BigInteger) else 2**31
    if not number.is_finite() or number != int(number) or not -limit <= number < limit:
        raise ValueError("not a whole number of this size")
    return int(number)


def _truth(value: Any, type_: Any) -> bool:
    known = {"0": False, "1": True, "false": False, "true": True}
    text = str(value).strip().lower()
    if text not in known:
        raise ValueError("neither yes nor no")
    return known[text]


def _moment(value: Any, type_: Any) -> datetime:
    return datetime.fromisoformat(str(value).strip())


def _day(value: Any, type_: Any) -> date:
    moment = datetime.fromisoformat(str(value).strip())
    if moment.time() != time():
        raise ValueError("has a time of day")
    return moment.date()


def _time(value: Any, type_: Any) -> time:
    return time.fromisoformat(str(value).strip())


def _json(value: Any, type_: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


_READERS: Final[tuple[tuple[type[Any], Callable[[Any, Any], Any]], ...]] = (
    (sa.Boolean, _truth),
    (sa.Integer, _whole),
    (sa.Float, _float),
    (sa.Numeric, _number),
    (sa.DateTime, _moment),
    (sa.Date, _day),
    (sa.Time, _time),
    (sa.JSON, _json),
    (sa.String, _text),
)

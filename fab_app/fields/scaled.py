"""Decimal numbers kept exactly on every database: as whole numbers of their last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa


class Scaled(sa.types.TypeDecorator[Decimal]):
    """``Decimal`` in Python, BIGINT in the database: 12.30 with scale 2 is stored as 1230.

    Sums, minima and maxima of the column come back as Decimals too. A value with more digits than
    ``scale`` raises ValueError: storage never rounds.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        exact = (value if isinstance(value, Decimal) else Decimal(str(value))).scaleb(self.scale)
        if exact != exact.to_integral_value():
            raise ValueError(f"{value} has more than {self.scale} digits after the point")
        return int(exact)

    def process_literal_param(self, value: Any, dialect: sa.Dialect) -> str:
        return str(self.process_bind_param(value, dialect))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        return (value if isinstance(value, Decimal) else Decimal(str(value))).scaleb(-self.scale)

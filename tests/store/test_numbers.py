from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from fab_app.store.engine import writing
from fab_app.store.numbers import next_number, next_numbers, number_table

METADATA = sa.MetaData()
number_table(METADATA)


@pytest.fixture
def shop(kind: str, engine_of: Callable[..., sa.Engine]) -> sa.Engine:
    return engine_of(kind, METADATA)


def test_each_scope_counts_from_one(shop: sa.Engine) -> None:
    with writing(shop) as connection:
        assert [next_number(connection, scope) for scope in ("a", "a", "A", "a")] == [1, 2, 1, 3]


def test_many_numbers_are_taken_at_once(shop: sa.Engine) -> None:
    with writing(shop) as connection:
        assert (next_numbers(connection, "a", 3), next_number(connection, "a")) == (range(1, 4), 4)


def test_no_numbers_are_refused(shop: sa.Engine) -> None:
    with pytest.raises(ValueError), writing(shop) as connection:
        next_numbers(connection, "a", 0)


def test_a_number_that_was_rolled_back_is_given_again(shop: sa.Engine) -> None:
    with shop.connect() as connection:
        next_number(connection, "a")
        connection.rollback()
    with writing(shop) as connection:
        assert next_number(connection, "a") == 1


def test_many_at_once_never_get_the_same_number_and_leave_no_gap(shop: sa.Engine) -> None:
    def take(turn: int) -> list[int]:
        with writing(shop) as connection:
            taken = [next_number(connection, "a")]
            if turn % 3 == 0:
                connection.rollback()
                return []
            return taken

    with ThreadPoolExecutor(8) as threads:
        taken = sorted(number for some in threads.map(take, range(90)) for number in some)
    assert taken == list(range(1, 61))

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from fab_app.store.engine import TABLE_ARGS, WRITING, Id, Moment, make_engine, with_driver, writing

METADATA = sa.MetaData()
COUNTER = sa.Table(
    "counter",
    METADATA,
    sa.Column("id", Id, primary_key=True, autoincrement=True),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("name", sa.String(20)),
    sa.Column("at", Moment),
    sa.Column("of_id", Id, sa.ForeignKey("counter.id", name="fk_counter_of_id")),
    **TABLE_ARGS,
)


@pytest.fixture
def counter(kind: str, engine_of: Callable[..., sa.Engine]) -> sa.Engine:
    engine = engine_of(kind, METADATA)
    with writing(engine) as connection:
        connection.execute(COUNTER.insert().values(value=0))
    return engine


@pytest.mark.parametrize(
    "url, driver",
    [
        ("sqlite:///a.db", "sqlite+pysqlite"),
        ("postgresql://h/d", "postgresql+psycopg"),
        ("postgres://h/d", "postgresql+psycopg"),
        ("mysql://h/d", "mysql+pymysql"),
        ("mariadb://h/d", "mysql+pymysql"),
        ("mysql+mysqldb://h/d", "mysql+mysqldb"),
    ],
)
def test_a_url_that_names_no_driver_gets_ours(url: str, driver: str) -> None:
    assert with_driver(sa.make_url(url)).drivername == driver


def test_a_reference_to_nothing_is_refused(counter: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError), writing(counter) as connection:
        connection.execute(COUNTER.insert().values(value=1, of_id=99))


def test_texts_are_told_apart_by_case_and_keep_every_character(counter: sa.Engine) -> None:
    with writing(counter) as connection:
        connection.execute(COUNTER.insert(), [{"value": 1, "name": name} for name in ("a", "A", "é", "𠮷😀")])
        names = COUNTER.c.name
        found = [
            connection.scalar(sa.select(sa.func.count()).where(names == name)) for name in ("a", "e", "𠮷😀")
        ]
    assert found == [1, 0, 1]


def test_a_moment_keeps_its_microseconds(counter: sa.Engine) -> None:
    moment = datetime(2026, 11, 22, 1, 2, 3, 456789)
    with writing(counter) as connection:
        connection.execute(COUNTER.update().values(at=moment))
        assert connection.scalar(sa.select(COUNTER.c.at)) == moment


def test_a_text_too_long_or_a_number_that_is_none_is_not_stored_in_part(
    engine_of: Callable[..., sa.Engine],
) -> None:
    engine = engine_of("mysql", METADATA)
    with pytest.raises(sa.exc.DataError), writing(engine) as connection:
        connection.execute(COUNTER.insert().values(value=1, name="x" * 21))


def test_an_error_undoes_the_whole_transaction(counter: sa.Engine) -> None:
    def broken() -> None:
        with writing(counter) as connection:
            connection.execute(COUNTER.update().values(value=9))
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    with counter.connect() as connection:
        assert connection.scalar(sa.select(COUNTER.c.value)) == 0


def test_writers_that_read_first_wait_for_each_other(counter: sa.Engine) -> None:
    def count(turn: int) -> None:
        with writing(counter) as connection:
            value = connection.scalar(sa.select(COUNTER.c.value).with_for_update())
            connection.execute(COUNTER.update().values(value=(value or 0) + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(40)))
    with counter.connect() as connection:
        assert connection.scalar(sa.select(COUNTER.c.value)) == 40


def test_a_session_can_ask_to_write_from_its_first_statement_on(counter: sa.Engine) -> None:
    seen: list[str] = []
    sa.event.listen(counter, "before_cursor_execute", lambda *at: seen.append(at[2]))
    with Session(counter) as session:
        session.connection(execution_options=WRITING)
        session.execute(COUNTER.update().values(value=5))
        session.commit()
    assert seen[0] == ("BEGIN IMMEDIATE" if counter.dialect.name == "sqlite" else seen[-1])


def test_a_reader_never_waits_for_a_writer(counter: sa.Engine) -> None:
    with writing(counter) as connection:
        connection.execute(COUNTER.update().values(value=7))
        with counter.connect() as other:
            assert other.scalar(sa.select(COUNTER.c.value)) == 0


def test_a_database_in_memory_is_one_for_all_threads() -> None:
    engine = make_engine("sqlite://")
    METADATA.create_all(engine)
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(sa.inspect(engine).has_table("counter")))
    thread.start()
    thread.join()
    assert found == [True]


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    def opened(turn: int) -> str:
        engine = make_engine(f"sqlite:///{tmp_path / 'new.db'}", poolclass=sa.NullPool)
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(opened, range(16))) == {"wal"}

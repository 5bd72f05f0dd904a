from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from fab_app.store import files
from fab_app.store.blobs import Blobs
from fab_app.store.engine import writing
from fab_app.store.files import Slot, Upload

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456)
SLOT = Slot("shop", "order", "photos")
UPLOAD = Upload("猫.png", "image/png", 3, "0" * 64, "ab/" + "0" * 32, "cd/" + "0" * 32, 4, 5)


METADATA = sa.MetaData()
files.file_table(METADATA)


@pytest.fixture
def shop(kind: str, engine_of: Callable[..., sa.Engine]) -> sa.Engine:
    return engine_of(kind, METADATA)


def uploaded(engine: sa.Engine, slot: Slot = SLOT, by: str | None = "7", now: datetime = NOW) -> int:
    with writing(engine) as connection:
        return files.insert(connection, slot, UPLOAD, by, now).id


def held(engine: sa.Engine, record: int = 1) -> list[int]:
    with engine.connect() as connection:
        return [file.id for file in files.of_records(connection, SLOT, [record]).get(record, ())]


def test_an_upload_comes_back_as_it_was_put(shop: sa.Engine) -> None:
    with writing(shop) as connection:
        made = files.insert(connection, SLOT, UPLOAD, "7", NOW)
        assert files.by_uuid(connection, made.uuid) == made


def test_files_are_attached_in_the_order_named(shop: sa.Engine) -> None:
    one, two, three = uploaded(shop), uploaded(shop), uploaded(shop)
    with writing(shop) as connection:
        files.attach(connection, SLOT, 1, [three, one, two], "7")
    assert held(shop) == [three, one, two]


def test_files_already_there_can_be_put_in_another_order_by_anybody(shop: sa.Engine) -> None:
    one, two = uploaded(shop), uploaded(shop)
    with writing(shop) as connection:
        files.attach(connection, SLOT, 1, [one, two], "7")
        files.attach(connection, SLOT, 1, [two, one], "8")
    assert held(shop) == [two, one]


@pytest.mark.parametrize("by, slot", [("8", SLOT), (None, SLOT), ("7", Slot("shop", "order", "bill"))])
def test_an_upload_of_somebody_or_for_something_else_is_refused(
    shop: sa.Engine, by: str | None, slot: Slot
) -> None:
    one = uploaded(shop)
    with pytest.raises(ValueError, match="not yours"), writing(shop) as connection:
        files.attach(connection, slot, 1, [one], by)
    assert held(shop) == []


def test_an_upload_by_nobody_belongs_to_nobody(shop: sa.Engine) -> None:
    one = uploaded(shop, by=None)
    with pytest.raises(ValueError, match="not yours"), writing(shop) as connection:
        files.attach(connection, SLOT, 1, [one], None)


def test_a_file_of_another_record_is_refused(shop: sa.Engine) -> None:
    one = uploaded(shop)
    with writing(shop) as connection:
        files.attach(connection, SLOT, 1, [one], "7")
    with pytest.raises(ValueError, match="not yours"), writing(shop) as connection:
        files.attach(connection, SLOT, 2, [one], "7")
    assert (held(shop, 1), held(shop, 2)) == ([one], [])


def test_naming_a_file_twice_is_refused(shop: sa.Engine) -> None:
    one = uploaded(shop)
    with pytest.raises(ValueError, match="twice"), writing(shop) as connection:
        files.attach(connection, SLOT, 1, [one, one], "7")


def test_detaching_takes_all_but_those_to_keep(shop: sa.Engine) -> None:
    one, two = uploaded(shop), uploaded(shop)
    with writing(shop) as connection:
        files.attach(connection, SLOT, 1, [one, two], "7")
        assert files.detach(connection, SLOT, 1, keep=[two]) == 1
    assert held(shop) == [two]


def test_the_files_of_many_records_are_one_statement(shop: sa.Engine) -> None:
    for record in (1, 2, 3):
        one = uploaded(shop)
        with writing(shop) as connection:
            files.attach(connection, SLOT, record, [one], "7")
    seen: list[str] = []
    with shop.connect() as connection:
        sa.event.listen(shop, "before_cursor_execute", lambda *at: seen.append(at[2]))
        found = files.of_records(connection, SLOT, [1, 2, 9])
    assert (sorted(found), len([one for one in seen if one.startswith("SELECT")])) == ([1, 2], 1)


def test_only_what_is_unattached_for_a_day_is_swept(shop: sa.Engine) -> None:
    yesterday = NOW - timedelta(days=1, minutes=1)
    attached, old, fresh = uploaded(shop, now=yesterday), uploaded(shop, now=yesterday), uploaded(shop)
    with writing(shop) as connection:
        files.attach(connection, SLOT, 1, [attached], "7")
        keys = files.sweep(connection, NOW - timedelta(days=1))
        left = set(connection.scalars(sa.text("SELECT id FROM base_file")))
    assert (keys, left) == ((UPLOAD.key, UPLOAD.thumb_key), {attached, fresh}) and old not in left


def test_a_kept_content_is_known_by_its_digest_and_has_no_thumbnail_unless_a_picture() -> None:
    upload = files.keep(Blobs("memory://"), "a.txt", "text/plain", b"abc")
    assert (upload.size, upload.sha256[:8], upload.thumb_key, upload.width) == (3, "ba7816bf", None, None)

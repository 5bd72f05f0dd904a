"""Choices that are kept elsewhere: fields follow what is put into their book."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from fab_app.core.text import Text
from fab_app.fields.base import Field
from fab_app.fields.book import Book, Books, Item, Shelf
from fab_app.fields.choice import ChoiceField
from fab_app.fields.show import Show

Make = Callable[..., Field]


@pytest.fixture
def kind() -> tuple[Field, Book]:
    shelf = Shelf(Books(), "shop")
    shelf.book("kinds").put(
        (Item("a", Text("甲", "First")), Item("b", Text("乙"), offered=False, withdrawn=True))
    )
    given = {"type": "choice", "label": "种类", "of": "kinds"}
    return ChoiceField.model_validate(given, context=shelf), shelf.book("kinds")


def labels(options: Any) -> list[str]:
    return [option.label for option in options]


def test_field_follows_its_book(kind: tuple[Field, Book]) -> None:
    field, book = kind
    book.put((Item("c", Text("丙", "Third")), Item("a", Text("甲二"))))
    assert labels(field.choices(Show())) == ["丙", "甲二"]
    assert field.schema() == {"type": "string", "enum": ["a", "c"]}
    assert field.text("a", Show("en")) == "甲二"
    assert field.sample(Random(1)) in ("a", "c")


def test_label_is_read_in_both_languages(kind: tuple[Field, Book]) -> None:
    assert [kind[0].parse(word) for word in ("a", "甲", "First")] == ["a", "a", "a"]


def test_withdrawn_code_is_known_and_not_offered(kind: tuple[Field, Book]) -> None:
    field = kind[0]
    assert (field.parse("b"), labels(field.choices(Show()))) == ("b", ["甲"])
    assert labels(field.every(Show())) == ["甲", "乙"]
    assert labels(field.filter_widget("eq", Show()).options) == ["甲", "乙（已停用）"]


def test_form_offers_what_stands(kind: tuple[Field, Book]) -> None:
    field = kind[0]
    assert labels(field.asked("b", Show()).options) == ["甲", "乙（已停用）"]
    assert labels(field.asked(None, Show()).options) == ["甲"]


def test_withdrawn_code_may_stay_and_not_come(kind: tuple[Field, Book]) -> None:
    field = kind[0]
    field.chosen("b", "b")
    with pytest.raises(ValueError, match="种类“乙”已停用"):
        field.chosen("b", "a")


def test_unknown_code_is_refused(kind: tuple[Field, Book]) -> None:
    with pytest.raises(ValueError, match="不在可选范围内"):
        kind[0].parse("x")


def test_deleted_item_leaves_its_words(kind: tuple[Field, Book]) -> None:
    field, book = kind
    book.put((Item("a", Text("甲")), Item("z", Text("旧"), offered=False, gone=True)))
    assert field.text("z", Show()) == "旧"
    assert labels(field.every(Show())) == ["甲"]


def test_of_two_items_of_one_name_the_offered_one_is_meant() -> None:
    book = Book((Item("old", Text("化工"), offered=False), Item("new", Text("化工"))))
    assert book.code("化工") == "new"


def test_each_portal_has_its_own_book(make: Make) -> None:
    books = Books()
    assert books.book("one", "kinds") is not books.book("two", "kinds")
    field = make("snapshot", of="enterprise.kind", **{"as": {"type": "choice", "of": "kinds"}})
    books.book("two", "kinds").put((Item("q", Text("另一")),))
    assert labels(field.bound(Shelf(books, "two")).choices(Show())) == ["另一"]

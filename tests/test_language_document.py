"""The document of the language is made from the code, and is what the code says today."""

from __future__ import annotations

from pathlib import Path

from fab_app.fields.family import FIELDS
from fab_app.spec.reference import with_reference

DOCUMENT = Path(__file__).parents[1] / "docs" / "language.md"


def test_the_reference_is_up_to_date() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_reference(text) == text, "python run.py schema --docs docs/language.md"


def test_every_type_of_field_has_its_chapter() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [name for name in FIELDS if f"\n#### `{name}`\n" not in text] == []

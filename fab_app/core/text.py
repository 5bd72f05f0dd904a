"""Words in several languages, written by an author as a bare string or as ``{zh: …, en: …}``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str = ""

    def of(self, locale: str) -> str:
        return (self.en or self.zh) if locale == "en" else (self.zh or self.en)

    def __str__(self) -> str:
        return self.zh or self.en

    @classmethod
    def read(cls, raw: Any) -> Text:
        """Raise ValueError unless raw is a string or a mapping of the known locales."""
        if isinstance(raw, Text):
            return raw
        if isinstance(raw, str) and raw:
            return cls(raw)
        if (
            isinstance(raw, dict)
            and raw
            and set(raw) <= set(LOCALES)
            and all(isinstance(v, str) for v in raw.values())
        ):
            return cls(raw.get("zh", ""), raw.get("en", ""))
        raise ValueError("a text, or texts by language: {zh: …, en: …}")

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        languages = {locale: {"type": "string"} for locale in LOCALES}
        return {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "object", "properties": languages, "additionalProperties": False},
            ]
        }

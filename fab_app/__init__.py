"""A metadata-driven admin framework: YAML definitions become Flask-AppBuilder screens and APIs.

``create_app`` is the whole way: read → check → compile → mount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from fab_app.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The application of a home folder.

    Raises BrokenDefinitions with every problem of the definitions, WrongSetting, or PlanNeeded where the
    database needs more than additive changes; the database is then as it was.
    """
    from fab_app.application import build

    return build(settings)

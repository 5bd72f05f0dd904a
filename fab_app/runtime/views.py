"""Views of shared entities: what they call the shared fields."""

from __future__ import annotations

from fab_app.spec.manifest import Entity


def own_name(entity: Entity, shared: str) -> str:
    """What a view of accounts calls a field of theirs."""
    return next((code for code, column in entity.columns.items() if column == shared), shared)

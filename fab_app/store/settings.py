"""The values of portals' settings, kept in each process and exchanged as a whole when rows have changed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fab_app.spec.login import Login
from fab_app.spec.manifest import Manifest
from fab_app.spec.setting import default_of, ruled

Values = Mapping[str, Any]
NONE: Values = MappingProxyType({})


class Settings:
    """By portal and key; what no row says yet has its default."""

    def __init__(self, manifest: Manifest) -> None:
        self.defaults = {
            name: {key: default_of(field) for key, field in portal.spec.settings.items()}
            for name, portal in manifest.portals.items()
        }
        self._values: dict[str, Values] = {name: dict(values) for name, values in self.defaults.items()}
        self._logins: dict[str, Login] = {}

    def of(self, portal: str) -> Values:
        return self._values.get(portal, NONE)

    def put(self, rows: Mapping[str, Values]) -> None:
        """The stored values of all portals, over the defaults."""
        self._values = {name: {**known, **rows.get(name, {})} for name, known in self.defaults.items()}
        self._logins = {}

    def login(self, portal: str, written: Login) -> Login:
        """The portal's policy with what settings say of it."""
        if not written.settings:
            return written
        if portal not in self._logins:
            self._logins[portal] = ruled(written, self.of(portal))
        return self._logins[portal]

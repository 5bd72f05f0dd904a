"""Build hook of the wheel: what git does not hold is made before the wheel is packed."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Runs `fab_app/assets.py` in the isolated environment of the build."""

    def dependencies(self) -> list[str]:
        """Node is asked for only where there is something to fetch and no npm: it is 61 MB."""
        return _groups(self.root)["build"] if _assets(self.root).wants_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        assets = _assets(self.root)
        assets.build()
        assets.compile_catalogues()


def _groups(root: str) -> dict[str, list[str]]:
    project = tomllib.loads((Path(root) / "pyproject.toml").read_text("utf-8"))
    return cast(dict[str, list[str]], project["dependency-groups"])


def _assets(root: str) -> ModuleType:
    """By its path: `import fab_app` would want Flask and all the rest."""
    path = Path(root) / "fab_app" / "assets.py"
    spec = importlib.util.spec_from_file_location("fab_app_assets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

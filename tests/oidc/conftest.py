"""The shop of these tests beside a provider that runs."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.oidc.provider import CLIENT, SECRET, Provider, providing
from tests.oidc.shop import FILES
from tests.projects import Site, serve, write_home


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    before = pytest.MonkeyPatch()
    before.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with providing() as provider:
        yield provider
    before.undo()


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.claims, running.forge, running.shown, running.algorithm = {}, {}, None, "RS256"
    return running


@pytest.fixture(scope="module")
def shop(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("oidc")
    name = "FAB_APP_OIDC_SHOP_GOV"
    environ = {f"{name}_ISSUER": running.issuer, f"{name}_CLIENT_ID": CLIENT, f"{name}_CLIENT_SECRET": SECRET}
    url = f"sqlite:///{folder / 'site.sqlite'}"
    site = serve(folder, write_home(folder / "home", FILES), url, environ=environ)
    yield site
    site.close()


@pytest.fixture
def person(shop: Site, provider: Provider) -> str:
    """An account that is linked; he stands at the provider's counter."""
    name = "u" + uuid4().hex[:10]
    shop.person(name, "clerk", kind="staff", subject=f"gov:{name}-id", email="a@example.org")
    provider.claims = {"sub": f"{name}-id"}
    return name

"""Rules that compile late build the same addresses as others."""

from __future__ import annotations

from flask import Flask

from fab_app.web.rest.late import LateRule


def test_a_late_rule_matches_and_builds_like_any_other() -> None:
    app = Flask(__name__)
    app.url_rule_class = LateRule
    app.add_url_rule("/<portal>/show/<int:pk>", "show", lambda portal, pk: f"{portal} {pk}")
    assert app.test_client().get("/shop/show/7").text == "shop 7"
    with app.test_request_context():
        for _ in range(2):
            assert app.url_for("show", portal="shop", pk=8) == "/shop/show/8"
            assert app.url_for("show", portal="shop", pk=8, page=2) == "/shop/show/8?page=2"

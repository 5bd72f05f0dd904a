"""A manifest to live classes: model, view, API. No request and no session here."""

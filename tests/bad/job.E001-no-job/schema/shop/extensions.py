from fab_app.core.extension import effect, job


@effect
def reprice(doing, factor):
    """Changes the price."""


@job
def pull(work):
    """Asks the sensors."""

"""What was ticked and not kept, told after it was saved."""

from __future__ import annotations

from fab_app.core.words import locale, say
from fab_app.runtime.trees import LEFT_OUT
from fab_app.web import context
from fab_app.web.notices import leave_toast

_NAMED = 5


def tell_left_out() -> None:
    """A sentence for each field whose ticks below others were left out in this request."""
    for entity, name, keys in context.session().info.pop(LEFT_OUT, []):
        target = context.world().manifest.target(entity, name)
        assert target is not None, name
        titles = context.reader(target).titles(target, keys[:_NAMED]).values()
        names = say(", ").join(ref.title for ref in titles) + ("…" if len(keys) > _NAMED else "")
        label = entity.fields[name].label.of(locale.get())
        text = say(
            "{label}: {names} lie below others that are ticked, and were left out", label=label, names=names
        )
        leave_toast("info", text)

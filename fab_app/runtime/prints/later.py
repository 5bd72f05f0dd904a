"""A document of many records as background work: a file of the run, for who asked."""

from __future__ import annotations

from collections.abc import Sequence

from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.fields.show import zone
from fab_app.jobs.outbox import enqueue
from fab_app.runtime.prints.printing import Printing
from fab_app.runtime.refusals import forbidden
from fab_app.runtime.working import Work

KIND = "prints.run"
PDF = "application/pdf"


def later(printing: Printing, keys: Sequence[int]) -> str:
    """The uuid of the run, once it is known that all of them may be printed now. The caller commits."""
    title, entity = printing.title(keys), printing.entity
    arguments = {"entity": entity.key, "print": printing.name, "keys": list(keys), "locale": locale.get()}
    return enqueue(
        printing.writer.session.execute,
        KIND,
        arguments,
        portal=entity.portal,
        subject=printing.writer.principal.subject,
        title=f"{printing.spec.label.of(locale.get())} {title}",
    )


def run(work: Work) -> None:
    """The job, by the rights of who asked as they are now; what was counted and logged commits with its end."""
    world, given = work.world, work.arguments
    entity = world.manifest.entities[given["entity"]]
    spec = world.manifest.printed(entity).get(given["print"])
    if spec is None:
        raise Refused(say("There is no such print"))
    if not world.grants.may(work.principal, entity.key, "print"):
        raise forbidden(world, entity)
    reader = work.reader(entity.portal)
    zone.set(reader.show.zone)
    printing = Printing(reader, work.writer(), entity, given["print"], spec)
    printed = printing.print(given["keys"], work.run.progress)
    with work.run.keeping(world.blobs, printed.content) as key:
        file = {"key": key, "name": printed.name, "mime": PDF}
        work.run.finish(file=file, text=say("{count} records", count=len(given["keys"])))

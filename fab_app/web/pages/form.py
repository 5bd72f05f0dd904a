"""A page or a dialog that asks for values."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from fab_app.core.values import fixed
from fab_app.fields.faces import Cell, Option, Widget
from fab_app.web.pages.detail import DetailItem, DetailSection
from fab_app.web.pages.parts import Action, Alert, Confirm, Shell

UPLOADS = frozenset({"files", "images"})


@fixed
class FileItem:
    """An upload that stands in a field. ``size`` is written out ("1.2 MB"), ``error`` a sentence."""

    id: str
    name: str
    url: str = ""
    thumb: str = ""
    size: str = ""
    error: str = ""


@fixed
class FormField:
    """One question.

    ``name`` is that of the input; inside a child table ``<table>-<index>-<field>``. A range posts ``<name>_from``
    and ``<name>_to``. Several values are posted as repeated names after one empty value. An upload posts ids of files.
    ``values``: what was typed or stands; ("1",) of a switch means on. ``labels``: the chosen options
    of a remote picker or a tree. ``options_url`` answers ``?q=&page=`` (pickers: ``{result: [{value,
    label, note?}], more}``) or ``?parent=`` (trees: ``{result: [{value, label, leaf, disabled?,
    path?}]}``; with ``?q=`` the hits, ``path`` being the labels from the root).
    ``depends``: comma list of fields whose values go along to ``options_url`` and whose change empties this field.
    ``visible``, ``required_if``, ``readonly_if``, ``value_of``: JSON text of a browser expression.
    ``caution`` is said while ``caution_when`` holds. ``note``: why it appeared. ``upload_url`` overrides
    the page's. ``new_url`` makes a record for it, ``links``: files.
    """

    name: str
    label: str
    widget: Widget
    values: tuple[str, ...] = ()
    labels: tuple[Option, ...] = ()
    files: tuple[FileItem, ...] = ()
    required: bool = False
    readonly: bool = False
    locked: bool = False
    display: Cell | None = None
    hint: str = ""
    missing: str = ""
    errors: tuple[str, ...] = ()
    span: int = 4
    visible: str = ""
    required_if: str = ""
    readonly_if: str = ""
    value_of: str = ""
    options_url: str = ""
    depends: str = ""
    note: str = ""
    caution: str = ""
    caution_when: str = ""
    upload_url: str = ""
    new_url: str = ""
    new_label: str = ""
    field: str = ""
    width: str = ""
    align: str = ""
    links: tuple[Action, ...] = ()

    @property
    def key(self) -> str:
        """The id of the control; ``FormPage.errors`` point at it."""
        return f"f-{self.name}"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def path(self) -> str:
        """The field's own name, as expressions know it (``field``, else the end of ``name``)."""
        return self.field or self.name.rsplit("-", 1)[-1]


@fixed
class ChildRow:
    """``index`` stands in the names of its fields; ``id`` "" is a new row.

    Posted beside the fields: ``<table>-<index>-id``, ``-version`` and, of a stored row that the
    person took away, ``-delete=1`` (a new one that was taken away is not posted at all).
    """

    index: str
    fields: tuple[FormField, ...]
    id: str = ""
    version: str = ""
    errors: tuple[str, ...] = ()
    can_delete: bool = True
    deleted: bool = False


@fixed
class ChildTable:
    """Rows that are edited in their parent's form.

    ``columns`` are heads (label, required, ``width``, ``align``, hint). ``template`` is an empty
    row whose index is ``__n__``. ``max`` 0 = no limit. ``totals``: columns summed in the foot. Without a script
    buttons post ``_rows`` = ``add <name>``, ``drop`` or ``copy <name> <index>``: draw again, storing nothing.
    """

    name: str
    label: str
    columns: tuple[FormField, ...]
    rows: tuple[ChildRow, ...]
    template: ChildRow
    min: int = 0
    max: int = 0
    can_add: bool = True
    can_delete: bool = True
    totals: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    add_label: str = ""
    can_copy: bool = False

    @property
    def key(self) -> str:
        return f"t-{self.name}"


@fixed
class FieldGroup:
    """Neighbours that one condition shows together; without a ``note`` they stand alone."""

    visible: str
    note: str
    fields: tuple[FormField, ...]


@fixed
class FormSection:
    """``visible`` as of a field: the whole card; ``note`` says why it appeared; ``read``: what is only shown."""

    title: str
    fields: tuple[FormField, ...] = ()
    subtitle: str = ""
    table: ChildTable | None = None
    visible: str = ""
    note: str = ""
    code: str = ""
    read: DetailSection | None = None

    @property
    def groups(self) -> tuple[FieldGroup, ...]:
        """The fields, with neighbours of one condition and note together."""
        return tuple(
            FieldGroup(visible, note, tuple(fields))
            for (visible, note), fields in groupby(self.fields, key=lambda f: (f.note and f.visible, f.note))
        )

    @property
    def error_count(self) -> int:
        fields = list(self.fields)
        if self.table:
            fields += [field for row in self.table.rows for field in row.fields]
        return sum(1 for field in fields if field.errors) + (len(self.table.errors) if self.table else 0)


@fixed
class Submit:
    """A button that sends the form with ``name=value``; ``confirm`` asks first. ``draft`` skips the
    browser's checks of required fields."""

    label: str
    name: str = ""
    value: str = ""
    style: str = ""
    icon: str = ""
    confirm: Confirm | None = None
    draft: bool = False


@fixed
class FormPage:
    """``form.html``. Posted: the fields, ``hidden``, ``csrf_token``, ``version``, the pressed button.

    ``errors``: (id of the control or "", the same sentence as at the field). ``record_env``: JSON
    of what expressions may read and is not asked here: ``{"record": {…}, "user": {…}, "roots": {…},
    "today": "2026-11-22", "now": "…T08:00:00", "offset": 480}`` (see js/expr.js). The last of ``submit``
    is the primary one. ``lines`` are sentences above the form (why it was sent back), ``ways`` buttons to other pages.
    ``steps``: the sections are walked one after the other.
    """

    shell: Shell
    title: str
    action: str
    sections: tuple[FormSection, ...]
    submit: tuple[Submit, ...]
    cancel: Action | None = None
    state: Cell | None = None
    subtitle: str = ""
    lines: tuple[str, ...] = ()
    alerts: tuple[Alert, ...] = ()
    ways: tuple[Action, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    version: str = ""
    record_env: str = "{}"
    is_new: bool = True
    steps: bool = False
    upload_url: str = ""
    conflict: tuple[tuple[str, str, str], ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of widget on the page: which vendor files it needs."""
        return frozenset(field.widget.kind for field in self.all_fields())

    @property
    def starred(self) -> bool:
        """Whether a star means that a field is locked here: what is required is then marked by a word."""
        return any(field.locked for field in self.all_fields())

    @property
    def multipart(self) -> bool:
        return bool(self.kinds & UPLOADS)

    def all_fields(self) -> Iterator[FormField]:
        for section in self.sections:
            yield from section.fields
            if section.table:
                yield from section.table.template.fields
                for row in section.table.rows:
                    yield from row.fields


@fixed
class Dialog:
    """``dialog.html``: a fragment for htmx (``shell`` None) or a page of its own.

    After a refused POST answer 422 with the dialog again; after a good one with ``HX-Redirect``,
    ``HX-Refresh`` or ``HX-Trigger: {"toast": {"kind": "good", "text": "…"}}`` and 204.
    ``subject`` reminds of the record, ``lines`` are consequences, ``note`` stands in the foot.
    ``question``: no fields and ``danger`` draw it as a confirmation (``k-confirm``).
    """

    title: str
    action: str
    fields: tuple[FormField, ...] = ()
    submit: str = ""
    danger: bool = False
    shell: Shell | None = None
    cancel: str = ""
    cancel_url: str = ""
    subject: tuple[DetailItem, ...] = ()
    lines: tuple[str, ...] = ()
    note: str = ""
    errors: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    version: str = ""
    record_env: str = "{}"
    upload_url: str = ""
    wide: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(field.widget.kind for field in self.fields)

    @property
    def multipart(self) -> bool:
        return bool(self.kinds & UPLOADS)


@fixed
class ConfirmPage:
    """``confirm.html``: the question as a page, where no script could ask it."""

    shell: Shell
    confirm: Confirm
    action: str
    cancel_url: str
    hidden: tuple[tuple[str, str], ...] = ()
    danger: bool = True

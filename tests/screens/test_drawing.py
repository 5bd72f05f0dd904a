"""Templates are compiled once a language."""

from __future__ import annotations

import gc
import weakref

from jinja2 import DictLoader

from fab_app.core.values import fixed, once
from fab_app.core.words import locale
from tests.projects import Builder

ONE = {"schema/shop/item.yaml": "label: 物品\nfields: {name: {type: text, label: 名称}}\n"}


def test_a_template_speaks_the_language_of_each_reader_in_turn(project: Builder) -> None:
    app = project(ONE).app
    app.jinja_env.loader = DictLoader(
        {"a.html": "{{ _('Save') }} {% include 'b.html' %}", "b.html": "{{ locale() }}"}
    )
    spoken = {}
    for language in ("zh", "en", "zh"):
        token = locale.set(language)
        spoken[language] = app.jinja_env.get_template("a.html").render()
        locale.reset(token)
    assert spoken == {"zh": "保存 zh", "en": "Save en"}


def test_what_is_written_is_escaped_once_and_only_once(project: Builder) -> None:
    app = project(ONE).app
    text = "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(bad) }} {{ ti('x') }} {{ bad ~ '<' }} {{ 3 }}"
    app.jinja_env.loader = DictLoader({"a.html": text})
    drawn = app.jinja_env.get_template("a.html").render(bad="<b>")
    assert drawn == '&lt;b&gt; <i class="ti ti-x" aria-hidden="true"></i> &lt;b&gt;&lt; 3'


def test_what_is_worked_out_once_goes_with_its_object() -> None:
    class Thing:
        pass

    @once
    def itself(thing: Thing) -> list[Thing]:
        return [thing]

    thing = Thing()
    assert itself(thing) is itself(thing)
    seen = weakref.ref(thing)
    del thing
    gc.collect()
    assert seen() is None


def test_fixed_values_are_equal_by_what_they_hold() -> None:
    @fixed
    class Point:
        x: int
        y: int = 0

    assert Point(1) == Point(1, 0)
    assert len({Point(1), Point(1, 0), Point(2)}) == 2

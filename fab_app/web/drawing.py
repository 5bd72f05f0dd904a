"""Templates compiled once a language: what cannot differ between two requests stands in them as text.

A page of this framework is made of some three hundred words, icons and addresses of static files that are
always the same. Calling a function for each of them on each page costs more than reading the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import partial
from types import CodeType
from typing import Any

from flask import templating
from jinja2 import Template, nodes, runtime
from jinja2.environment import Environment
from jinja2.utils import internalcode
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from markupsafe import escape as marked
from markupsafe._speedups import _escape_inner as escaped

from fab_app.core.text import LOCALES
from fab_app.core.words import catalogue, locale
from fab_app.web.statics import versioned


def translate(language: str, message: str, **values: object) -> str:
    """The message in the language; its ``%(name)s`` are filled in where values are given."""
    text = catalogue(language).get(message, message)
    return text % values if values else text


def ti(name: str) -> Markup:
    """An icon of Tabler, by its name there."""
    return Markup('<i class="ti ti-{}" aria-hidden="true"></i>').format(name)


def pure(language: str) -> dict[str, Callable[..., Any]]:
    """The functions of templates whose answer depends on nothing but the language and their arguments."""
    return {"_": partial(translate, language), "static": versioned, "ti": ti, "locale": lambda: language}


class Drawing(templating.Environment):
    """The application's templates. Asked for one, it gives that of the reader's language."""

    language = ""

    @property
    def of(self) -> dict[str, Drawing]:
        """An environment per language: they share filters and globals, not the compiled templates."""
        known: dict[str, Drawing] = self.__dict__.setdefault("_of", {})
        if not known:
            known.update({language: self._speaking(language) for language in LOCALES})
        return known

    def _speaking(self, language: str) -> Drawing:
        made = self.overlay()
        assert isinstance(made, Drawing)
        made.language = language
        made.globals = {**self.globals, **pure(language)}
        return made

    @internalcode
    def get_template(
        self, name: Any, parent: str | None = None, globals: MutableMapping[str, Any] | None = None
    ) -> Template:
        here = self if self.language else self.of[locale.get()]
        return super(Drawing, here).get_template(name, parent, globals)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """The hook that Jinja gives for what comes between parsing and writing the code."""
        return super()._generate(_Folding(self).visit(source), name, filename, defer_init)


class _Folding(NodeTransformer):
    """Replaces calls of pure functions with constant arguments by what they give."""

    def __init__(self, environment: Drawing) -> None:
        self.environment = environment
        self.pure: Mapping[str, Callable[..., Any]] = pure(environment.language or "zh")

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja names it
        self.generic_visit(node)
        called = node.node
        if not isinstance(called, nodes.Name) or called.name not in self.pure or node.dyn_args:
            return node
        try:
            arguments = [each.as_const() for each in node.args]
            named = {each.key: each.value.as_const() for each in node.kwargs}
        except nodes.Impossible:
            return node
        value = self.pure[called.name](*arguments, **named)
        return nodes.Const(value, lineno=node.lineno, environment=self.environment)


class _Drawn(Template):
    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = _escape
        return made

    @internalcode
    def _get_default_module(self, ctx: runtime.Context | None = None) -> Any:
        """No page has globals of its own, so what is imported is the same for all: made once."""
        if self._module is None:
            self._module = self.make_module()
        return self._module


def _escape(value: object) -> str:
    """What ``{{ }}`` writes: a text needs no mark that it is escaped, for it is joined to the page at once."""
    return escaped(value) if type(value) is str else marked(value)


class _Context(runtime.Context):
    @internalcode
    def call(self, called: Callable[..., Any], /, *arguments: Any, **named: Any) -> Any:
        """Macros, which are nearly all that is called, want nothing of what Jinja looks for in a function."""
        if type(called) is runtime.Macro:
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
            return called(*arguments, **named)
        return super().call(called, *arguments, **named)


Drawing.template_class = _Drawn
Drawing.context_class = _Context

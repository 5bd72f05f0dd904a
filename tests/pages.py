"""A page as a person sees it: its rows, its links, its form as a browser would post it, its errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

_VOID = frozenset(("input", "meta", "link", "img", "br", "hr", "path", "rect", "stop"))


@dataclass
class Node:
    """An element with its attributes; ``parts`` are texts and elements in their order."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parts: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        for part in self.parts:
            if isinstance(part, Node):
                yield part
                yield from part.walk()

    def all(self, tag: str = "", **attrs: str) -> list[Node]:
        """Elements by tag and attributes; ``class_`` is one of the classes."""
        return [node for node in self.walk() if (not tag or node.tag == tag) and node.has(attrs)]

    def one(self, tag: str = "", **attrs: str) -> Node:
        found = self.all(tag, **attrs)
        assert found, f"there is no <{tag} {attrs}>"
        return found[0]

    def has(self, attrs: dict[str, str]) -> bool:
        return all(
            value in self.attrs.get("class", "").split()
            if name == "class_"
            else self.attrs.get(name.replace("_", "-")) == value
            for name, value in attrs.items()
        )

    @property
    def text(self) -> str:
        words = "".join(part if isinstance(part, str) else part.text for part in self.parts)
        return re.sub(r"\s+", " ", words).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        places = [index for index, node in enumerate(self.open) if node.tag == tag]
        if places:
            del self.open[places[-1] :]

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


class Page:
    """An answer of the application and what stands on it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True) if response.mimetype.startswith("text/") else ""
        self._root: Node | None = None

    @property
    def root(self) -> Node:
        if self._root is None:
            reader = _Reader()
            reader.feed(self.html)
            self._root = reader.root
        return self._root

    @property
    def main(self) -> Node:
        return self.root.one("main")

    @property
    def text(self) -> str:
        return self.main.text

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    # --- lists -------------------------------------------------------------------------------

    @property
    def ids(self) -> list[int]:
        return [int(row.attrs["data-id"]) for row in self.root.all("tr") if "data-id" in row.attrs]

    @property
    def columns(self) -> list[str]:
        return [head.attrs["data-col"] for head in self.root.all("th") if "data-col" in head.attrs]

    @property
    def rows(self) -> list[dict[str, str]]:
        """Texts of the cells by the code of their column."""
        found = []
        for row in self.root.all("tr"):
            if "data-id" in row.attrs:
                cells = [cell for cell in row.all("td") if "data-label" in cell.attrs]
                found.append(dict(zip(self.columns, (cell.text for cell in cells), strict=True)))
        return found

    def column(self, name: str) -> list[str]:
        return [row[name] for row in self.rows]

    def row(self, id_: int) -> Node:
        return self.root.one("tr", data_id=str(id_))

    @property
    def total(self) -> str:
        return self.root.one(id="k-total").text

    @property
    def tabs(self) -> dict[str, str]:
        """Counters by the code of the tab."""
        tabs = [link for link in self.root.all("a") if link.attrs.get("id", "").startswith("tab-")]
        return {tab.attrs["id"][4:]: tab.one("span", class_="k-count").text for tab in tabs}

    @property
    def details(self) -> dict[str, str]:
        """What a detail page tells, by label."""
        return {
            item.one("dt").text: item.one("dd").text
            for item in self.main.all("div")
            if item.all("dt") and item.all("dd")
        }

    def links(self, text: str) -> list[str]:
        """Addresses of the links and of the posting buttons with this word."""
        nodes = [*self.root.all("a"), *self.root.all("button")]
        found = [
            node.attrs.get("href") or node.attrs.get("formaction", "")
            for node in nodes
            if _word(node) == text
        ]
        return [address for address in found if address]

    def link(self, text: str) -> str:
        found = self.links(text)
        assert found, f"there is no link '{text}'"
        return found[0]

    @property
    def addresses(self) -> list[str]:
        return [
            link.attrs["href"] for link in self.root.all("a") if link.attrs.get("href", "").startswith("/")
        ]

    # --- forms -------------------------------------------------------------------------------

    @property
    def token(self) -> str:
        return self.root.one("meta", name="csrf-token").attrs["content"]

    def form(self, id_: str = "k-form") -> list[tuple[str, str]]:
        """The pairs that a browser would post of the form, in the order of the page."""
        pairs = []
        template = {id(node) for part in self.root.all("template") for node in part.walk()}
        for node in self.root.one("form", id=id_).walk():
            if node.attrs.get("name") and id(node) not in template and "disabled" not in node.attrs:
                pairs += [(node.attrs["name"], value) for value in _posted(node)]
        return pairs

    def value(self, name: str) -> str:
        """What stands in a control of the form; of several the first."""
        return next((value for known, value in self.form() if known == name), "")

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.form() if known == name and value]

    def asks(self, name: str) -> bool:
        return any(node.attrs.get("name") == name for node in self.root.one("form", id="k-form").walk())

    @property
    def errors(self) -> dict[str, str]:
        """The sentence beside each field; those beside none are under ""."""
        found = {}
        for node in self.main.walk():
            if "data-field" in node.attrs and node.all("div", class_="k-error"):
                found[node.attrs["data-field"]] = node.one("div", class_="k-error").text
        lines = [line for box in self.main.all("div", class_="k-note-bad") for line in box.all("li")]
        plain = [line.text for line in lines if line.text not in found.values()]
        return {**found, **({"": plain[0]} if plain else {})}


def _word(node: Node) -> str:
    return "".join(part for part in node.parts if isinstance(part, str)).strip()


def _posted(node: Node) -> list[str]:
    if node.tag == "textarea":
        return ["".join(part for part in node.parts if isinstance(part, str)).removeprefix("\n")]
    if node.tag == "select":
        options = node.all("option")
        chosen = [option.attrs.get("value", "") for option in options if "selected" in option.attrs]
        if "multiple" in node.attrs:
            return chosen
        return chosen[-1:] or [option.attrs.get("value", "") for option in options[:1]]
    if node.tag != "input" or node.attrs.get("type") in ("file", "submit", "button"):
        return []
    if node.attrs.get("type") in ("checkbox", "radio"):
        return [node.attrs.get("value", "on")] if "checked" in node.attrs else []
    return [node.attrs.get("value", "")]

"""Notices: what is told to whom when something has happened, in which words and by which channels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field as Key

from fab_app.core.grammar import Grammar
from fab_app.core.text import Text
from fab_app.fields.formula import Formula

PLACE = re.compile(r"\{([^{}]*)\}")


class Receiver(Grammar):
    """Who is told: exactly one of ``accounts``, ``user``, ``seats``, ``phone`` and ``email``.

    ``accounts``: the accounts of the portal for which the expression is true; ``outer`` is the record that
    the notice is about. ``holding`` keeps of them those that may do this, as ``order.edit`` or
    ``order.accept`` (an action or the code of a move). ``user``: a path to one user or several.
    ``seats``: the people without an account for whom the expression over their rows is true, over the channel that
    knows them; ``kind`` is their kind of seat, where the portal has several.
    ``phone`` and ``email``: a path to an address of somebody who need not have an account.
    ``channels``: for these receivers instead of those of the notice. ``when``: only for records where it is true.
    """

    accounts: Formula | None = None
    holding: str | None = None
    user: str | None = None
    seats: Formula | None = None
    kind: str | None = None
    phone: str | None = None
    email: str | None = None
    channels: tuple[str, ...] | None = None
    when: Formula | None = None


class Sentence(Grammar):
    """``text`` follows the words of the notice where ``when`` holds of the record."""

    when: Formula
    text: Text


class NoticeSpec(Grammar):
    """One event. In the words ``{path}`` stands for a field of the entity it is ``about``, or for one of ``extra``.

    ``sms_text`` is said where a channel takes short words; ``also`` are sentences that follow, each where it
    holds; ``link`` is where a message leads.
    ``sensitive``: those of ``extra`` that nobody reads afterwards; only what is sent holds them.
    ``on``: the framework itself tells of it: an account was made, its password was set by somebody else (extra
    value ``password``), a code proves that one is who one says (extra value ``code``).
    """

    about: str
    title: Text
    text: Text
    sms_text: Text | None = None
    also: tuple[Sentence, ...] = ()
    channels: tuple[str, ...] = ("inapp",)
    to: tuple[Receiver, ...] = ()
    extra: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    link: Literal["record", "list", "none"] = "record"
    on: Literal["account_created", "password_reset", "password_code"] | None = Key(default=None)


def places(text: Text | None) -> tuple[str, ...]:
    """The paths that the words name, in each language."""
    return tuple(dict.fromkeys(PLACE.findall(f"{text.zh} {text.en}"))) if text is not None else ()


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with their places filled; a place of which nothing is known is empty."""
    return PLACE.sub(lambda found: values.get(found[1], ""), words)

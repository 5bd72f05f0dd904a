"""Somebody without an account makes his organisation and its first account: both or neither, and nothing else.

It goes through the one door as a principal of its own that may make a record of this one entity and write the
fields of the form alone (``access/grants.py``). Of two who register the same name at once one wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from fab_app.access.principal import Principal
from fab_app.core.problems import Refused
from fab_app.core.words import locale, say
from fab_app.runtime import accounts, passwords
from fab_app.runtime.judging import Duplicate, Errors
from fab_app.runtime.notices.receivers import account_of
from fab_app.runtime.preparing import AnySession
from fab_app.runtime.world import World
from fab_app.runtime.writing import Writer
from fab_app.spec.manifest import Entity, Portal
from fab_app.spec.register import Applicant, Register

ACCOUNT, PASSWORD, REPEAT = "_account", "_password", "_repeat"
"""The questions about the account; no field of an entity begins so."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed: raw values of the form's fields, the rest as it came."""

    values: Mapping[str, Any]
    account: str
    password: str = field(default="", repr=False)
    repeat: str = field(default="", repr=False)


@dataclass(frozen=True)
class Registering:
    world: World
    session: AnySession
    portal: Portal
    who: Principal

    @property
    def said(self) -> Register:
        assert self.portal.spec.registration is not None
        return self.portal.spec.registration

    @property
    def entity(self) -> Entity:
        found = self.world.manifest.entity(self.portal.name, self.said.entity)
        assert found is not None
        return found

    @property
    def kind(self) -> str | None:
        fixed: str | None = self.entity.spec.fixed.get("kind")
        return self.said.account.kind or fixed

    def open(self) -> bool:
        switch = self.said.switch
        return switch is None or self.world.tables.settings.of(self.portal.name).get(switch) is True

    def taken(self, account: str) -> bool:
        """Whether the name is some account's, in any portal, the deleted included."""
        user = self.world.tables.of(accounts.USER).table
        found = sa.select(user.c.id).where(user.c.login == account.lower())
        return self._writer.fetch(found).first() is not None

    def named(self, raw: str) -> str:
        """The judged name for an account, or ValueError with the sentence why it cannot be one."""
        question = self.said.account.username
        if "\0" in raw or len(raw) > 200:
            raise question.refusal("has the wrong format")
        account: str | None = question.parse(raw)
        if account is None:
            raise ValueError(question.missing())
        return account

    def plain_faults(self, typed: Typed) -> Errors:
        """What is wrong with the account, whosoever's the name is."""
        errors, login = Errors(), self.world.login(self.portal.name)
        try:
            self.named(typed.account)
        except ValueError as error:
            errors[ACCOUNT] = [str(error)]
        faults = passwords.plain_faults(login, typed.password)
        if login.password.not_account and typed.password.lower() == typed.account.strip().lower():
            faults.append(passwords.sentence(login.password, "account"))
        if faults:
            errors[PASSWORD] = faults[:1]
        elif typed.password != typed.repeat:
            errors[REPEAT] = [passwords.sentence(login.password, "repeat")]
        return errors

    def faults(self, typed: Typed) -> Errors:
        """All that is wrong; nothing is stored. What others have registered is told, so a captcha comes before."""
        errors = self.plain_faults(typed)
        if ACCOUNT not in errors and self.taken(self.named(typed.account)):
            errors[ACCOUNT] = [taken_sentence(self.said.account)]
        return errors | self._writer.judge(self.entity, typed.values).errors

    def register(self, typed: Typed, hashed: str) -> int:
        """The key of the new account. Raises Refused with every mistake by field; nothing is right to keep then."""
        account = self.named(typed.account)
        org, said = self.entity, self.said.account
        values = self._writer.judge(org, typed.values).values
        id_ = self._writer.create(org, typed.values)
        given = {
            "account": account,
            "name": values.get(said.name) or account,
            "phone": values.get(said.phone) if said.phone is not None else None,
            "email": values.get(said.email) if said.email is not None else None,
            "kind": self.kind,
            "must_change": False,
        }
        try:
            return accounts.opened(self._writer, org, id_, said.role, given, hashed)
        except Refused as refusal:
            raise self._at_its_field(refusal) from refusal

    @property
    def _writer(self) -> Writer:
        return Writer(self.world, self.session, self.who, lone=True)

    def _at_its_field(self, refusal: Refused) -> Refused:
        """What is wrong with the account, at the questions of the form."""
        said, user = self.said.account, account_of(self.world, self.portal.name)
        fields = {"name": said.name, "phone": said.phone, "email": said.email}
        errors: Errors = {}
        for name, told in refusal.errors.items():
            column = user.columns.get(name, name)
            if column == "account" and isinstance(refusal, Duplicate):
                told = [taken_sentence(said)]
            errors[fields.get(column) or ACCOUNT] = told
        return Refused(next(iter(errors.values()), [str(refusal)])[0], errors)


def taken_sentence(said: Applicant) -> str:
    written = said.username.taken
    return written.of(locale.get()) if written is not None else say("This name is taken")


def free_sentence(said: Applicant) -> str:
    return said.free.of(locale.get()) if said.free is not None else say("This name is free")


def visitor(portal: str, account: str, address: str, browser: str) -> Principal:
    """Who registers: known by the secret of his browser alone, in the log by the name that he chose."""
    return Principal(
        account=account[:64], portal=portal, channel="register", address=address, visitor=browser
    )

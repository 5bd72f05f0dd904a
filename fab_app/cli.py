"""The command line: what each command is called, takes and prints. The work is done elsewhere."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from fab_app import rights, simulation, upkeep, worker
from fab_app.config import Settings, WrongSetting
from fab_app.core.problems import BrokenDefinitions, Problem, Refused
from fab_app.core.words import locale

FINE, PROBLEMS, USAGE = 0, 1, 2

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 fine, 1 problems were found, 2 wrong usage."""
    parser = build_parser()
    try:
        given = parser.parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    command: Command = getattr(given, "command", serve)
    # Screens have readers with a language of theirs, the other commands speak English.
    token = locale.set(locale.get() if command is serve else "en")
    try:
        return command(Settings.from_environment(), given)
    except WrongSetting as error:
        return _wrong(str(error), USAGE)
    except BrokenDefinitions as error:
        return _told(list(error.problems))
    except Refused as error:
        return _wrong(error.sentence, PROBLEMS)
    except KeyboardInterrupt:
        return 130
    finally:
        locale.reset(token)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="YAML definitions become screens and APIs. Without a command it serves.",
        epilog="Settings come from the environment, FAB_APP_HOME before all: the folder with schema/.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add(commands, serve, "serve", "serve every portal", "HOST=127.0.0.1 PORT=8080 python run.py serve")
    _add(commands, check, "check", "find what is wrong in the definitions", "python run.py check")
    _add(commands, plan, "plan", "show what must change in the database", "python run.py plan")
    _add_apply(commands)
    _add(commands, seed, "seed", "load the demo rows", "python run.py seed")
    kept = "make anew what is kept beside the rows: kept columns, the index of texts"
    _add(commands, repair, "repair", kept, "python run.py repair")
    _add_schema(commands)
    _add_new(commands)
    _add_admin(commands)
    for more in (simulation, rights, worker, upkeep):
        more.add_to(commands, _add)
    return parser


def _add(commands: Any, command: Command, name: str, help_: str, example: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.", epilog=f"example: {example}"
    )
    added.set_defaults(command=command)
    return added


def _add_apply(commands: Any) -> None:
    example = "python run.py apply --allow check"
    added = _add(commands, apply, "apply", "make the changes of the plan in one go", example)
    grades = "besides the safe changes also those of this grade: check or loses; may be repeated"
    added.add_argument("--allow", action="append", default=[], choices=["check", "loses"], help=grades)


def _add_schema(commands: Any) -> None:
    help_ = "write the JSON Schemas of the language, with this project's names"
    added = _add(commands, schema, "schema", help_, "python run.py schema --to .schemas")
    added.add_argument("--to", type=Path, metavar="FOLDER", help="default: .schemas in the home folder")
    docs = "instead bring the reference of all keys in this Markdown file up to date (docs/language.md)"
    added.add_argument("--docs", type=Path, metavar="FILE", help=docs)


def _add_new(commands: Any) -> None:
    added = commands.add_parser(
        "new",
        help="write the first files of a portal or an entity",
        description="Write the first files of a portal or an entity. No file is ever overwritten.",
        epilog="example: python run.py new portal shop; python run.py new entity shop/order amount:money",
    )
    added.set_defaults(command=_incomplete(added))
    kinds = added.add_subparsers(title="what", metavar="portal|entity")
    example = "python run.py new portal shop"
    portal = _add(kinds, new_portal, "portal", "write portal.yaml, a menu and a role", example)
    portal.add_argument("name", help="lower-case letters, digits and _")
    example = "python run.py new entity shop/order amount:money placed_on:date customer:ref:customer"
    entity = _add(kinds, new_entity, "entity", "write the file of an entity", example)
    entity.add_argument("path", metavar="PORTAL/NAME")
    entity.add_argument("fields", nargs="*", metavar="FIELD:TYPE", help="of a reference FIELD:ref:ENTITY")


def _add_admin(commands: Any) -> None:
    help_ = "make the platform's administrator, the account admin"
    added = _add(commands, create_admin, "create-admin", help_, "python run.py create-admin")
    added.add_argument("--password", help="asked for at the terminal where it is not given")


def _incomplete(parser: argparse.ArgumentParser) -> Command:
    def command(settings: Settings, given: argparse.Namespace) -> int:
        parser.print_help(sys.stderr)
        return USAGE

    return command


# --- definitions -----------------------------------------------------------------------------


def check(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.checks import checked

    begin = time.perf_counter()
    manifest, found = checked(settings.home, settings.portals)
    status = _told(found)
    took = f"{time.perf_counter() - begin:.1f} s"
    read = {"portal": manifest.portals, "entity": manifest.entities, "role": manifest.roles}
    counts = ", ".join(_many(len(things), word) for word, things in read.items())
    errors = sum(problem.stops for problem in found)
    print(f"{counts}: {_many(errors, 'error')}, {_many(len(found) - errors, 'warning')} in {took}")
    return status


def _told(problems: list[Problem]) -> int:
    for problem in problems:
        print(problem)
    return PROBLEMS if any(problem.stops for problem in problems) else FINE


def _many(count: int, word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{count or 'no'} {word if count == 1 else plural}"


def schema(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.spec.json_schema import MODELINE, write_schemas
    from fab_app.spec.reading import read_home
    from fab_app.spec.reference import with_reference

    if given.docs:
        given.docs.write_text(with_reference(given.docs.read_text(encoding="utf-8")), encoding="utf-8")
        return FINE
    manifest, _ = read_home(settings.home, settings.portals)
    folder = given.to or settings.home / ".schemas"
    for path in write_schemas(manifest, folder):
        print(path)
    print(f"An editor with YAML support takes the map in {folder / 'editor.json'} into its settings,")
    print(f"or one file at a time by a first line such as\n{MODELINE}")
    return FINE


def new_portal(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.scaffold import portal_files

    return _written(settings.home, portal_files(settings.home, given.name))


def new_entity(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.scaffold import entity_files

    return _written(settings.home, entity_files(settings.home, given.path, given.fields))


def _written(home: Path, files: dict[str, str]) -> int:
    for name, text in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    return FINE


# --- the database ----------------------------------------------------------------------------


def serve(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.serving import serve as serving

    return _unless_a_plan_is_needed(lambda: serving(settings))


def plan(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import changes, kept_otherwise

    found = changes(settings)
    print(found or "The database is as the definitions say.")
    kept = [] if found else kept_otherwise(settings)
    if kept:
        print(
            "\n".join(("Kept on screen otherwise than in the definitions:", *(f"  {line}" for line in kept)))
        )
    return PROBLEMS if found else FINE


def apply(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import make_changes
    from fab_app.store.change import Grade

    grades = [Grade[name] for name in given.allow]
    fine = "The database is as the definitions say."
    return _unless_a_plan_is_needed(lambda: print(make_changes(settings, grades) or fine))


def repair(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import repair as make_anew

    return _unless_a_plan_is_needed(lambda: print(f"{make_anew(settings):,} rows indexed"))


def seed(settings: Settings, given: argparse.Namespace) -> int:
    from fab_app.database import load_seeds

    if not settings.demo:
        return _wrong("seeds are demo rows, and FAB_APP_ENV is production", USAGE)
    return _unless_a_plan_is_needed(lambda: load_seeds(settings))


def create_admin(settings: Settings, given: argparse.Namespace) -> int:
    from getpass import getpass

    from fab_app.database import create_administrator

    if given.password is None and not sys.stdin.isatty():
        return _wrong("a password is needed: give --password", USAGE)
    password = given.password or getpass("Password: ")
    return _unless_a_plan_is_needed(lambda: create_administrator(settings, password))


def _unless_a_plan_is_needed(work: Callable[[], None]) -> int:
    from fab_app.store.change import WAY, PlanNeeded

    try:
        work()
    except PlanNeeded as needed:
        return _wrong(f"{needed}\n{WAY}", PROBLEMS)
    return FINE


def _wrong(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status

"""The whole measurement, step by step: environments, databases, then one kind of work after the other."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from bench import charts, sheets
from bench.clients import Answer, Client
from bench.data import prepare
from bench.exports import csv_seconds
from bench.install import install
from bench.items import CREATE, FIRST_PAGE, LOADS, READS, SAVE, Item
from bench.judging import Verdict, at_most, judged
from bench.load import loads
from bench.measure import interleaved, reads
from bench.narrowed import limits
from bench.places import OURS, PEERS, RESULTS, SECOND_PORT, SERVERS
from bench.servers import running, start
from bench.starts import FEW, MANY, ROWS, first, later, prepare_all
from bench.table import missed, table
from bench.writes import CREATE as CREATED
from bench.writes import Typist

EXPORTED = LIMITED = 100_000
STEPS = ("reads", "limits", "writes", "loads", "menus", "starts", "export", "sheets", "charts")


@dataclass(frozen=True, slots=True)
class Size:
    rows: int
    rounds: int
    times: int
    seconds: float
    starts: int


FULL = Size(500_000, 5, 5, 3.0, 2)
QUICK = Size(20_000, 3, 4, 1.5, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    size = QUICK if given.quick else FULL
    steps = given.only or STEPS
    install()
    verdicts: list[Verdict] = []
    for step in STEPS:
        if step in steps:
            print(f"-- {step} (load {os.getloadavg()[0]:.1f})", flush=True)
            verdicts += WORK[step](size)
    found = {"rows": size.rows, "load": os.getloadavg(), "work": [verdict.plain() for verdict in verdicts]}
    RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"\n{size.rows:,} persons\n\n{table(verdicts)}\n")
    print(f"missed: {', '.join(missed(verdicts)) or 'nothing'}\nwritten: {RESULTS}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Our speed beside that of our peers.")
    parser.add_argument(
        "--quick", action="store_true", help="20,000 persons and few rounds: under three minutes"
    )
    parser.add_argument("--only", nargs="+", choices=STEPS, metavar="STEP", help=f"of {', '.join(STEPS)}")
    return parser


# --- one kind of work after the other ----------------------------------------------------------


def measure_reads(size: Size) -> list[Verdict]:
    with _asked(size.rows, workers=1, more={"BENCH_COUNT": "1"}) as counting:
        counts = {item.name: statements(item, counting[OURS]) for item in READS}
    with _asked(size.rows) as clients:
        found = []
        for item in READS:
            taken, _ = reads(item, clients, size.rounds, size.times)
            found.append(judged(item, taken, statements=counts[item.name]))
            _told(found[-1])
    return found


def measure_limits(size: Size) -> list[Verdict]:
    """A list of people who see a part of it beside the administrator's."""
    rows = min(size.rows, LIMITED)
    found = [
        one for keeping in (False, True) for one in limits(rows, size.rounds, size.times, keeping=keeping)
    ]
    for verdict in found:
        _told(verdict)
    return found


def measure_writes(size: Size) -> list[Verdict]:
    with _asked(size.rows) as clients:
        typists = {server: Typist(server, client).ready() for server, client in clients.items()}
        saved = interleaved({name: typist.save for name, typist in typists.items()}, size.rounds, size.times)
        made = {name: typist.create for name, typist in typists.items() if name in CREATED}
        found = [judged(SAVE, saved), judged(CREATE, interleaved(made, size.rounds, size.times))]
    for verdict in found:
        _told(verdict)
    return found


def measure_loads(size: Size) -> list[Verdict]:
    """Synchronous workers are no faster here than threads, so all keep the ones of the other steps."""
    found = []
    with _asked(size.rows) as clients:
        for item in LOADS:
            rates = loads(item, clients, max(2, size.rounds // 3), size.seconds)
            found.append(judged(item, rates, "/s", higher=True))
            _told(found[-1])
    return found


def measure_menus(size: Size) -> list[Verdict]:
    """A list page with many entities in the menu beside the same page with few."""
    few, many = prepare(OURS, ROWS, FEW), prepare(OURS, ROWS, MANY)
    counting = {"BENCH_COUNT": "1"}
    with ExitStack() as stack:
        servers = {FEW: start(OURS, few, FEW, workers=1, more=counting)}
        stack.callback(servers[FEW].stop)
        servers[MANY] = start(OURS, many, MANY, workers=1, more=counting, port=SECOND_PORT)
        stack.callback(servers[MANY].stop)
        clients = {entities: server.client() for entities, server in servers.items()}
        counts = statements(READS[0], clients[MANY])
        asks = {str(entities): _first_page(client) for entities, client in clients.items()}
        taken = interleaved(asks, size.rounds, 4 * size.times)
    ratio = taken[str(MANY)] / taken[str(FEW)]
    found = at_most(f"list page, {MANY} entities ÷ {FEW}", ratio, 1.1, statements=counts, allowed=5)
    _told(found)
    return [found]


def measure_starts(size: Size) -> list[Verdict]:
    prepare_all()
    ours = later(OURS, size.starts)
    peers = {peer: later(peer, size.starts) for peer in PEERS}
    seconds = {OURS: median(ours[0]), "fab": median(peers["fab"][0])}
    firsts = {OURS: first(OURS, again=True), "fab": first("fab")}
    found = [
        judged(Item(f"very first start, {MANY} entities", 0.1, 0, 0, {}), firsts, "s"),
        judged(Item(f"later start, {MANY} entities", 0.7, 0, 0, {}), seconds, "s"),
        at_most("memory of a worker", max(ours[1]), 170.0, "MB"),
    ]
    for verdict in found:
        _told(verdict)
    more = ", ".join(f"{peer} {median(s):.2f} s {max(m):.0f} MB" for peer, (s, m) in peers.items())
    print(f"   beside it: {more}", flush=True)
    return found


def measure_export(size: Size) -> list[Verdict]:
    rows = min(size.rows, EXPORTED)
    with _asked(rows, workers=1) as clients:
        seconds = csv_seconds(clients, rows, 1 if size is QUICK else 2)
    found = judged(Item(f"csv of {rows:,} rows", 0.5, 3.0, 0, {}, directus=0.38), seconds, "s")
    _told(found)
    return [found]


def measure_sheets(size: Size) -> list[Verdict]:
    """Workbooks out, by CPU: each way in processes of its own."""
    rows = min(size.rows, EXPORTED)
    runs = sheets.measured(rows, 1 if size is QUICK else 2)
    out, hand = runs["ours"], runs["by hand"]
    item = Item(f"xlsx of {rows:,} rows, CPU", 0.5, 0, 0, {})
    found = [
        judged(item, {OURS: out["seconds"], "by hand": hand["seconds"]}, "s"),
        at_most("its memory", out["grown"], 60.0, "MB"),
    ]
    for verdict in found:
        _told(verdict)
    return found


def measure_charts(size: Size) -> list[Verdict]:
    """A statistic beside its bare SQL: what it costs more is allowed 6 ms."""
    found = []
    for account in charts.ROWS:
        taken = charts.measured(size.rows, size.rounds, account)
        bare = taken["bare"]
        found += [
            at_most(f"region × month, {account} ÷ {bare:.0f} ms of SQL", (taken["first"] - 6) / bare, 1.1),
            at_most(f"region × month again, {account}", taken["again"], 5.0, "ms"),
        ]
    for verdict in found:
        _told(verdict)
    return found


WORK = {
    "reads": measure_reads,
    "limits": measure_limits,
    "writes": measure_writes,
    "loads": measure_loads,
    "menus": measure_menus,
    "starts": measure_starts,
    "export": measure_export,
    "sheets": measure_sheets,
    "charts": measure_charts,
}


def _first_page(client: Client) -> Callable[[], Answer]:
    return lambda: client.get(FIRST_PAGE[OURS])


def statements(item: Item, client: Client) -> int:
    """SQL statements of one warm request to a server of ours that counts them."""
    path = item.paths[OURS]
    headers = client.api if path.startswith("@") else client.page
    told = [client.ask("GET", path.lstrip("@"), headers).headers["x-statements"] for _ in range(3)]
    return int(told[-1])


@contextmanager
def _asked(rows: int, **more: object) -> Iterator[dict[str, Client]]:
    """All servers over so many persons, and somebody logged in at each."""
    paths = {server: prepare(server, rows) for server in SERVERS}
    with running(SERVERS, paths, **more) as servers:
        yield {name: server.client() for name, server in servers.items()}


def _told(verdict: Verdict) -> None:
    beside = (
        f", {verdict.best_peer} {verdict.best:.2f}, ratio {verdict.ratio:.2f}" if verdict.best_peer else ""
    )
    floor = f", floor {verdict.floor:.2f}" if verdict.floor else ""
    counted = f", {verdict.statements} statements" if verdict.statements else ""
    print(f"   {verdict.name}: {verdict.ours:.2f} {verdict.unit}{beside}{floor}{counted}", flush=True)

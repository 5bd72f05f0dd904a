"""What runs by the clock: in the portal's zone, once whatever the number of processes, caught up with once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from fab_app.jobs.clock import RealClock
from fab_app.jobs.schedules import Schedule
from fab_app.spec.timing import When, read_at, read_cron, read_every
from tests.jobs.bench import Bench

ZONE = "Asia/Shanghai"


def at(text: str) -> RealClock:
    """A clock that shows this time of Shanghai now."""
    wanted = datetime.fromisoformat(f"{text}+08:00")
    return RealClock(wanted - datetime.now(UTC))


def following(when: When, local: str, zone: str = ZONE) -> str:
    east = {"Asia/Shanghai": 8, "UTC": 0}[zone]
    moment = datetime.fromisoformat(local) - timedelta(hours=east)
    return f"{when.after(moment, zone) + timedelta(hours=east):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("when", "after", "expected"),
    [
        (read_at("00:05"), "2026-11-27 00:04", "2026-11-27 00:05"),
        (read_at("00:05"), "2026-11-27 00:05", "2026-11-28 00:05"),
        (read_at(["18:00", "08:00"]), "2026-11-27 09:00", "2026-11-27 18:00"),
        (read_every("10 minutes"), "2026-11-27 09:01", "2026-11-27 09:10"),
        (read_every("day"), "2026-11-27 09:00", "2026-11-28 00:00"),
        (read_every("week"), "2026-11-27 09:00", "2026-11-30 00:00"),
        (read_cron("*/15 8-9 * * *"), "2026-11-27 09:46", "2026-11-28 08:00"),
        (read_cron("30 8 * * 1-5"), "2026-11-27 09:00", "2026-11-30 08:30"),
        (read_cron("0 0 1 * *"), "2026-11-27 09:00", "2026-12-01 00:00"),
        (read_cron("0 0 29 2 *"), "2026-11-27 09:00", "2028-02-29 00:00"),
        (read_cron("0 0 13 * 5"), "2026-11-27 09:00", "2026-12-04 00:00"),
    ],
)
def test_next_time(when: When, after: str, expected: str) -> None:
    assert following(when, after) == expected


@pytest.mark.parametrize("line", ["", "* * * *", "60 * * * *", "0 0 31 2 *", "a * * * *", "*/0 * * * *"])
def test_cron_lines_that_say_nothing_are_refused(line: str) -> None:
    with pytest.raises(ValueError):
        read_cron(line)


def daily(**more: object) -> Schedule:
    return Schedule("shop.daily", "shop", read_at("00:05"), "work", ZONE, {"of": "orders"}, **more)  # type: ignore[arg-type]


def test_schedule_fires_when_its_time_has_come(bench: Bench) -> None:
    bench.clock = at("2026-11-27 23:00:00")
    assert bench.schedules(daily()).tick() == 0
    bench.clock = at("2026-11-28 00:06:00")
    assert (bench.schedules(daily()).tick(), bench.schedules(daily()).tick()) == (1, 0)
    assert bench.arguments() == [{"of": "orders", "due": "2026-11-27T16:05:00"}]


def test_days_without_a_process_are_caught_up_with_once(bench: Bench) -> None:
    bench.clock = at("2026-11-27 23:00:00")
    bench.schedules(daily()).tick()
    bench.clock = at("2026-12-03 09:00:00")
    schedules = bench.schedules(daily())
    assert (schedules.tick(), schedules.tick()) == (1, 0)
    bench.clock = at("2026-12-04 00:05:01")
    assert bench.schedules(daily()).tick() == 1


def test_each_missed_time_is_caught_up_with_where_it_says_so(bench: Bench) -> None:
    bench.clock = at("2026-11-27 23:00:00")
    bench.schedules(daily(each=True)).tick()
    bench.clock = at("2026-11-30 09:00:00")
    assert bench.schedules(daily(each=True)).tick() == 3
    assert [each["due"][:10] for each in bench.arguments()] == ["2026-11-27", "2026-11-28", "2026-11-29"]


def test_many_processes_fire_it_once(bench: Bench) -> None:
    bench.clock = at("2026-11-27 23:00:00")
    bench.schedules(daily()).tick()
    bench.clock = at("2026-11-28 00:06:00")
    start, fired = Barrier(4), []

    def tick() -> None:
        schedules = bench.schedules(daily())
        start.wait()
        fired.append(schedules.tick())

    threads = [Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(fired), len(bench.states())) == ([0, 0, 0, 1], 1)


def test_another_time_in_the_definition_counts_from_the_next_start(bench: Bench) -> None:
    bench.clock = at("2026-11-27 01:00:00")
    bench.schedules(daily()).tick()
    sooner = Schedule("shop.daily", "shop", read_at("06:00"), "work", ZONE)
    bench.schedules(sooner).tick()
    bench.clock = at("2026-11-27 06:00:30")
    assert bench.schedules(sooner).tick() == 1


def test_demo_clock_that_is_set_back_waits_for_no_far_time(bench: Bench) -> None:
    bench.clock = at("2027-06-01 01:00:00")
    bench.schedules(daily()).tick()
    bench.clock = at("2026-11-27 01:00:00")
    bench.schedules(daily()).tick()
    bench.clock = at("2026-11-28 01:00:00")
    assert bench.schedules(daily()).tick() == 1

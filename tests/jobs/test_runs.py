"""A run is a row: made with the business, done once, tried again, stopped when asked."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

from fab_app.core.problems import Refused
from fab_app.jobs.clock import RealClock
from fab_app.jobs.control import cancel, retry
from fab_app.jobs.outbox import enqueue
from fab_app.jobs.run import Run
from fab_app.jobs.runner import Runner
from tests.jobs.bench import Bench, post


def test_run_exists_if_its_business_was_committed(bench: Bench) -> None:
    with bench.sessions() as session:
        enqueue(session.execute, "work", {}, portal="shop")
        session.rollback()
    kept = bench.ask()
    runner = bench.runner(post)
    assert (runner.one(), runner.one(), bench.entries()) == (True, False, [kept])


def test_one_key_is_one_run(bench: Bench) -> None:
    start, found = Barrier(4), []

    def ask() -> None:
        start.wait()
        found.append(bench.ask(key="daily:2026-11-27"))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and len(set(found)) == 1 and bench.states() == ["waiting"]


def test_long_keys_differ_where_their_ends_differ(bench: Bench) -> None:
    assert bench.ask(key="k" * 300 + "1") != bench.ask(key="k" * 300 + "2")


def test_work_and_end_are_one_transaction(bench: Bench) -> None:
    uuid = bench.ask(arguments={"n": 3})

    def work(run: Run) -> None:
        post(run)
        run.progress(3, 3, "all")
        run.log("posted  it")
        run.finish(posted=run.arguments["n"])

    bench.runner(work).one()
    row = bench.run(uuid)
    assert (row["state"], row["result"], row["done"], row["note"]) == ("done", '{"posted": 3}', 3, "all")
    assert row["log"].endswith("posted it") and bench.entries() == [uuid]


def test_error_leaves_nothing_and_is_tried_again_later(bench: Bench) -> None:
    uuid = bench.ask()

    def work(run: Run) -> None:
        post(run)
        if run.attempts == 1:
            raise RuntimeError("no network")

    runner = bench.runner(work)
    assert (runner.one(), runner.one()) == (True, False)
    row = bench.run(uuid)
    assert (row["state"], "no network" in row["error"], bench.entries()) == ("waiting", False, [])
    bench.clock = RealClock(timedelta(seconds=11))
    runner = bench.runner(work)
    assert (runner.one(), bench.run(uuid)["state"], bench.entries()) == (True, "done", [uuid])


def test_errors_end_after_some_attempts_and_a_person_may_try_again(bench: Bench) -> None:
    uuid, broken = bench.ask(), [True]

    def work(run: Run) -> None:
        if broken:
            raise RuntimeError("broken")

    runner = bench.runner(work, wait=0, attempts=3)
    assert [runner.one() for _ in range(4)] == [True, True, True, False]
    assert (bench.run(uuid)["state"], bench.run(uuid)["attempts"]) == ("failed", 3)
    broken.clear()
    assert (bench.does(retry, uuid), runner.one(), bench.run(uuid)["state"]) == (True, True, "done")
    assert bench.does(retry, uuid) is False


def test_refusal_is_not_tried_again(bench: Bench) -> None:
    def work(run: Run) -> None:
        raise Refused("这份文件不是工作簿")

    uuid = bench.ask()
    bench.runner(work).one()
    assert (bench.run(uuid)["state"], bench.run(uuid)["error"]) == ("failed", "这份文件不是工作簿")


def test_later_runs_wait_for_their_time(bench: Bench) -> None:
    bench.ask(at=bench.clock.now() + timedelta(hours=1))
    assert bench.runner(post).one() is False
    bench.clock = RealClock(timedelta(hours=2))
    assert bench.runner(post).one() is True


def test_waiting_run_is_cancelled_at_once(bench: Bench) -> None:
    uuid = bench.ask()
    assert (bench.does(cancel, uuid), bench.run(uuid)["state"]) == (True, "cancelled")
    assert (bench.runner(post).one(), bench.does(cancel, uuid)) == (False, False)


def until_stopped(run: Run) -> None:
    post(run)
    for step in range(2000):
        run.progress(step, 2000)
        run.leaving.wait(0.01)


def test_running_run_is_cancelled_where_it_looks(bench: Bench) -> None:
    uuid = bench.ask()

    def work(run: Run) -> None:
        until_stopped(run)

    def slow(run: Run) -> None:
        for step in range(2000):
            run.progress(step, 2000)
            if step == 1:
                bench.does(cancel, uuid)
            run.lost.wait(0.01)
        post(run)

    bench.runner(slow, look=0.05).one()
    assert (bench.run(uuid)["state"], bench.entries()) == ("cancelled", [])


def test_run_of_a_dead_worker_is_taken_over(bench: Bench) -> None:
    uuid = bench.ask()
    dead = bench.runner(post)
    assert dead._claim() is not None
    alive = bench.runner(post, stale=0)
    assert (alive.one(), alive.sweep(), alive.one(), bench.entries()) == (False, 1, True, [uuid])


def test_worker_that_was_thought_dead_stores_nothing(bench: Bench) -> None:
    uuid = bench.ask()
    other = bench.runner(post, stale=0)

    def work(run: Run) -> None:
        assert (other.sweep(), other.one()) == (1, True)
        post(run)

    bench.runner(work).one()
    assert (bench.entries(), bench.run(uuid)["state"]) == ([uuid], "done")


def test_run_goes_back_when_its_process_ends(bench: Bench) -> None:
    uuid = bench.ask()
    runner = bench.runner(until_stopped)
    thread = Thread(target=runner.one)
    thread.start()
    while bench.run(uuid)["state"] != "running":
        runner.leaving.wait(0.01)
    runner.leaving.set()
    thread.join(10)
    row = bench.run(uuid)
    assert (row["state"], row["attempts"], bench.entries()) == ("waiting", 0, [])


def test_of_many_runners_each_run_has_one(bench: Bench) -> None:
    asked = [bench.ask() for _ in range(24)]
    start = Barrier(4)

    def drain(runner: Runner) -> None:
        start.wait()
        while runner.one():
            pass

    threads = [Thread(target=drain, args=(bench.runner(post),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while bench.runner(post).one():
        pass
    assert sorted(bench.entries()) == sorted(asked) and set(bench.states()) == {"done"}


def test_progress_moves_while_it_runs(bench: Bench) -> None:
    uuid, seen = bench.ask(), []

    def work(run: Run) -> None:
        run.progress(5, 10, "half")
        for _ in range(100):
            run.lost.wait(0.02)
            if bench.run(uuid)["done"] == 5:
                seen.append(bench.run(uuid)["note"])
                return

    bench.runner(work, look=0.02).one()
    assert seen == ["half"]

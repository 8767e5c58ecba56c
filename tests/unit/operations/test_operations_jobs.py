"""Jobs: each step moves a few seconds' worth; nothing is lost, circled or moved too fast."""

import json
import math
from datetime import UTC, datetime
from functools import partial

import msgspec
import pytest
from botocore.exceptions import ClientError
from support.calls import call_by
from support.queues import START_S, Clock, MemoryQueue

from chalicelib.aws.queue import Received
from chalicelib.aws.table import ConditionFailed
from chalicelib.errors import Conflict, InvalidInput, NotFound, Unavailable
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.jobs import CLAIM_S, HIDDEN_S, STEP_S, Jobs
from chalicelib.operations.model import NewRedriveJob, RedriveJob, RedriveJobList, RedriveJobStatus
from chalicelib.web.cursors import Cursors

OPERATOR = call_by("op-1", "operator")
DOWN = Unavailable("the queue is not available")
VISIBILITY_S = 30


class Store:
    """As JobStore, in memory; `before_change` happens once, just before a change is saved."""

    def __init__(self) -> None:
        self.jobs = {}
        self.before_change = None

    def find(self, job_id):
        return self.jobs.get(job_id)

    def begin(self, job):
        for other in self.jobs.values():
            same = (other.queue, other.status) == (job.queue, RedriveJobStatus.RUNNING)
            if same and other.job_id != job.job_id:
                raise Conflict("running")
        self.jobs[job.job_id] = msgspec.structs.replace(job, version=job.version + 1)

    def newest_first(self, limit, after):
        newest = sorted(self.jobs.values(), key=lambda job: -job.sent_by_ms)
        start = after["start"] if after else 0
        following = {"start": start + limit} if start + limit < len(newest) else None
        return newest[start : start + limit], following

    def save(self, job):
        if self.jobs[job.job_id].version != job.version:
            raise ConditionFailed(None)
        self.jobs[job.job_id] = msgspec.structs.replace(job, version=job.version + 1)
        return self.jobs[job.job_id]

    def change(self, job_id, change):
        happens, self.before_change = self.before_change, None
        if happens:
            happens()
        job = self.find(job_id)
        return None if job is None else self.save(change(job))


class World:
    """A queue with its dead letters, the jobs queue, and the jobs between them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.source = MemoryQueue(self.clock, "source")
        self.dead = MemoryQueue(self.clock, "dead")
        self.steps = MemoryQueue(self.clock, "steps")
        self.store = Store()

        def forward(letters):
            return self.source.forward(letters)  # which a test may replace

        letters = DeadLetterQueue(
            self.dead, forward, trying=lambda: sum(self.source.counts()), clock=self.clock
        )
        numbers = iter(range(1, 99))
        self.jobs = Jobs(
            self.store,
            {"things": letters, "others": letters},
            self.steps,
            Cursors(lambda: "secret"),
            now=lambda: datetime.fromtimestamp(self.clock(), UTC),
            new_id=lambda: f"job-{next(numbers)}",
            clock=self.clock,
        )

    def start(self, per_second=10) -> str:
        return self.jobs.start("things", NewRedriveJob(per_second), OPERATOR).job_id

    def job(self, job_id="job-1") -> RedriveJob:
        return self.jobs.get(job_id)

    def deliver(self) -> bool:
        """Run the next message of the jobs queue as Lambda would; answers whether there was one."""
        due = self.steps.receive(wait_s=0, visibility_timeout_s=VISIBILITY_S, at_most=1)
        if not due:
            return False
        self.run(due[0])
        self.steps.delete_all([due[0].receipt_handle])
        return True

    def run(self, message: Received) -> None:
        self.jobs.run(message)

    def run_to_the_end(self, most_s=3600) -> float:
        """Deliver whatever comes until the queue is empty; answers the seconds that it took."""
        began = self.clock()
        while self.steps.bodies():
            if not self.deliver():
                self.clock.now += 1
            assert self.clock() - began < most_s, "the job never ends"
        return self.clock() - began


@pytest.fixture
def world():
    return World()


def message(job_id="job-1", number=0):
    body = json.dumps({"job_id": job_id, "number": number})
    return Received("m", "r", body, int(START_S * 1000), 1, None)


# --- From start to end -----------------------------------------------------------------------


def test_a_job_moves_every_letter_and_ends(world):
    world.dead.put(*(f"{n:03}" for n in range(120)))
    started = world.jobs.start("things", NewRedriveJob(10), OPERATOR)
    assert started == RedriveJob(
        job_id="job-1",
        queue="things",
        status=RedriveJobStatus.RUNNING,
        per_second=10,
        total=120,
        moved=0,
        started_by="op-1",
        started_at="2027-01-15T08:00:00Z",
        updated_at="2027-01-15T08:00:00Z",
    )
    world.run_to_the_end()
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.DONE, 120)
    assert sorted(world.source.sent) == [f"{n:03}" for n in range(120)]
    assert world.dead.bodies() == []


def test_a_job_without_letters_ends_soon_and_is_not_called_done(world):
    assert world.jobs.start("things", NewRedriveJob(10), OPERATOR).outcome is None
    assert world.run_to_the_end() < 5
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.NOTHING_TO_MOVE, 0)
    assert world.job().outcome == "no letter was there to be moved"
    with pytest.raises(Conflict, match="start another"):
        world.jobs.resume("job-1", OPERATOR)


def test_a_job_that_comes_before_its_letters_says_what_it_saw(world):
    world.source.put("not dead yet")
    world.dead.put("came later", sent_s=START_S + 1)
    world.start()
    world.run_to_the_end()
    assert world.job().status is RedriveJobStatus.NOTHING_TO_MOVE
    assert world.job().outcome == (
        "no letter was there to be moved; about 1 are there now; "
        "about 1 messages of the queue are not dead yet"
    )


def test_an_outcome_says_how_many_were_moved(world):
    world.dead.put("a", "b")
    world.start()
    assert world.jobs.stop("job-1").outcome == "stopped before its end: resume it to go on"
    assert world.jobs.resume("job-1", OPERATOR).outcome is None
    world.run_to_the_end()
    assert world.job().outcome == (
        "2 letters were moved; about 2 messages of the queue are not dead yet"
    )


def test_jobs_are_listed_page_by_page_for_whom_the_cursor_is(world):
    for queue in ("things", "others"):
        world.jobs.start(queue, NewRedriveJob(10), OPERATOR)
        world.clock.now += 1
    first = world.jobs.page(RedriveJobList(limit=1), OPERATOR)
    second = world.jobs.page(RedriveJobList(limit=1, cursor=first.next_cursor), OPERATOR)
    assert [job.job_id for job in first.jobs + second.jobs] == ["job-2", "job-1"]
    assert second.next_cursor is None
    with pytest.raises(InvalidInput, match="cursor"):
        world.jobs.page(RedriveJobList(cursor=first.next_cursor), call_by("op-2", "operator"))


@pytest.mark.parametrize("per_second", [1, 7, 50, 500])
def test_the_velocity_is_kept_over_every_stretch_longer_than_a_step(world, per_second):
    world.dead.put(*(str(n) for n in range(per_second * 23)))
    world.start(per_second)
    moved_at = []
    while world.steps.bodies():
        before = len(world.source.sent)
        at = world.clock()
        if not world.deliver():
            world.clock.now += 1
        moved_at += [at] * (len(world.source.sent) - before)
    assert len(moved_at) == per_second * 23
    for begin in range(40):
        stretch = [at for at in moved_at if begin <= at - START_S < begin + 10]
        assert len(stretch) <= per_second * (10 + STEP_S)
    assert moved_at[-1] - moved_at[0] >= 23 - STEP_S


def test_a_queue_is_asked_twice_before_a_job_ends(world, monkeypatch):
    world.dead.put("a")
    receive, empty = world.dead.receive, [True]

    def overlooking(**how):
        return [] if empty and empty.pop() else receive(**how)

    monkeypatch.setattr(world.dead, "receive", overlooking)
    world.start()
    world.run_to_the_end()
    assert world.source.sent == ["a"]


def test_letters_that_someone_looks_at_are_waited_for(world):
    world.dead.put("a")
    world.dead.receive(wait_s=0, visibility_timeout_s=HIDDEN_S - 5)
    world.start()
    world.run_to_the_end()
    assert world.source.sent == ["a"]
    assert world.job().moved == 1


# --- Poison ----------------------------------------------------------------------------------


def test_poison_that_comes_back_while_the_job_runs_is_moved_once(world):
    world.dead.put(*(str(n) for n in range(40)))
    world.start(per_second=2)
    for _ in range(600):
        if not world.steps.bodies():
            break
        if not world.deliver():
            world.clock.now += 1
        poison = world.source.receive(wait_s=0, visibility_timeout_s=9)
        dead_again = [record.body for record in poison]
        world.dead.put(*dead_again, sent_s=world.clock() + 0.001)
        world.source.delete_all([record.receipt_handle for record in poison])
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.DONE, 40)
    assert len(world.source.sent) == 40
    assert len(world.dead.bodies()) == 40


def test_letters_that_are_refused_do_not_keep_a_job_going(world):
    world.dead.put("bad", "good")
    world.source.refuses = {"bad"}
    world.start()
    world.run_to_the_end()
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.DONE, 1)
    assert world.dead.bodies() == ["bad"]


# --- Delivered twice, killed, delivered late -------------------------------------------------


def test_a_step_that_comes_twice_is_run_once(world):
    world.dead.put(*(str(n) for n in range(100)))
    world.start(per_second=2)
    world.run(message(number=0))
    world.run(message(number=0))
    assert len(world.source.sent) == 2 * STEP_S
    assert len(world.steps.bodies()) == 2  # of start and of the step


def test_a_step_that_is_being_run_is_not_run_beside_it(world, monkeypatch):
    world.dead.put(*(str(n) for n in range(100)))
    world.start(per_second=2)
    beside = []
    forward = world.source.forward

    def meanwhile(letters):
        with pytest.raises(Unavailable, match="being run"):
            world.run(message(number=0))
        beside.append(len(letters))
        return forward(letters)

    monkeypatch.setattr(world.source, "forward", meanwhile)
    world.run(message(number=0))
    assert beside == [2 * STEP_S]
    assert len(world.source.sent) == 2 * STEP_S


def test_two_that_claim_a_step_at_once_do_not_both_run_it(world, monkeypatch):
    world.dead.put(*(str(n) for n in range(100)))
    world.start(per_second=2)
    find = world.store.find

    def slowly(job_id):
        found = find(job_id)
        monkeypatch.setattr(world.store, "find", find)
        world.run(message(number=0))
        return found

    monkeypatch.setattr(world.store, "find", slowly)
    with pytest.raises(Unavailable, match="changed meanwhile"):
        world.run(message(number=0))
    assert len(world.source.sent) == 2 * STEP_S


@pytest.mark.parametrize("killed_at", ["receive", "send", "change"])
def test_a_step_that_is_killed_anywhere_is_taken_up_and_the_job_ends(world, monkeypatch, killed_at):
    """The kill is an error that nobody catches, before that call is made."""
    world.dead.put(*(f"{n:02}" for n in range(60)))
    world.start(per_second=5)
    target = {"receive": world.dead, "send": world.steps, "change": world.store}
    with monkeypatch.context() as patched:
        patched.setattr(target[killed_at], killed_at, killed)
        with pytest.raises(KeyboardInterrupt):
            world.deliver()
    took_s = world.run_to_the_end()
    assert world.job().status is RedriveJobStatus.DONE
    assert sorted(set(world.source.sent)) == [f"{n:02}" for n in range(60)]
    assert len(world.source.sent) == 60
    assert world.dead.bodies() == []
    assert took_s >= 60 / 5 - STEP_S


def killed(*_, **__):
    raise KeyboardInterrupt


def test_a_step_killed_between_send_and_delete_sends_twice_and_loses_nothing(world, monkeypatch):
    world.dead.put(*(f"{n:02}" for n in range(20)))
    world.start(per_second=5)
    with monkeypatch.context() as patched:
        patched.setattr(world.dead, "delete_all", killed)
        patched.setattr(world.dead, "change_visibility_all", lambda *_: [])
        with pytest.raises(KeyboardInterrupt):
            world.deliver()
    assert len(world.source.sent) == 10
    world.run_to_the_end()
    assert len(world.source.sent) == 30
    assert set(world.source.sent) == {f"{n:02}" for n in range(20)}
    assert (world.dead.bodies(), world.job().status) == ([], RedriveJobStatus.DONE)


def test_after_a_kill_before_the_save_there_is_one_chain_of_steps_again(world, monkeypatch):
    world.dead.put(*(str(n) for n in range(200)))
    world.start(per_second=2)
    with monkeypatch.context() as patched:
        patched.setattr(world.store, "change", killed)
        with pytest.raises(KeyboardInterrupt):
            world.deliver()
    world.clock.now += VISIBILITY_S
    for _ in range(2):
        world.deliver()
        world.clock.now += VISIBILITY_S
    world.run_to_the_end()
    numbers = [json.loads(body)["number"] for body in world.steps.sent]
    assert len(numbers) - len(set(numbers)) <= 1
    assert len(world.source.sent) == 200


def test_a_step_that_the_next_one_overtakes_does_not_turn_the_job_back(world):
    for number in range(200):
        world.dead.put(f"{number:03}")
    world.start()

    def overtaken():
        world.clock.now += STEP_S
        world.deliver()

    world.store.before_change = overtaken
    world.deliver()
    assert world.store.find("job-1").step == 2
    assert world.job().moved == 100


def test_a_step_whose_queue_is_down_is_delivered_again(world):
    world.dead.put("a")
    world.start()
    world.source.fails["forward"] = [DOWN]
    with pytest.raises(Unavailable):
        world.deliver()
    assert world.job().moved == 0
    world.run_to_the_end()
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.DONE, 1)


def test_a_claim_ends_by_itself(world):
    assert CLAIM_S < VISIBILITY_S
    world.dead.put("a")
    world.start()
    claimed = msgspec.structs.replace(
        world.store.find("job-1"), claimed_step=0, claimed_until=int(START_S) + CLAIM_S
    )
    world.store.jobs["job-1"] = claimed
    world.clock.now += CLAIM_S
    world.run(message())
    assert world.source.sent == ["a"]


def test_a_step_of_an_unknown_job_does_nothing(world):
    world.run(message("gone"))
    assert world.steps.sent == []


@pytest.mark.parametrize(
    "body", ["", "{}", "null", '{"job_id":"job-1"}', '{"job_id":1,"number":0}']
)
def test_what_is_no_step_fails_and_so_comes_to_the_dead_letters(world, body):
    world.start()
    with pytest.raises(msgspec.MsgspecError):
        world.run(Received("m", "r", body, 0, 1, None))


# --- One at a time, stop, resume -------------------------------------------------------------


def test_a_queue_is_redriven_by_one_job_at_a_time(world):
    world.dead.put("a")
    world.start()
    with pytest.raises(Conflict):
        world.start()
    world.run_to_the_end()
    assert world.start() == "job-3"


@pytest.mark.parametrize(
    "failure", [DOWN, ClientError({"Error": {"Code": "QueueDoesNotExist"}}, "SendMessage")]
)
def test_a_start_whose_message_could_not_be_sent_can_be_tried_again(world, failure):
    world.dead.put("a")
    world.steps.fails["send"] = [failure]
    with pytest.raises(Unavailable):
        world.start()
    assert world.job("job-1").status is RedriveJobStatus.STOPPED
    world.start()
    world.run_to_the_end()
    assert world.source.sent == ["a"]


def test_a_stopped_job_moves_nothing_and_goes_on_when_it_is_resumed(world):
    world.dead.put(*(str(n) for n in range(30)))
    world.start(per_second=2)
    world.deliver()
    assert world.jobs.stop("job-1").status is RedriveJobStatus.STOPPED
    world.run_to_the_end()
    assert world.job().moved == 10
    assert world.jobs.resume("job-1", OPERATOR).status is RedriveJobStatus.RUNNING
    world.run_to_the_end()
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.DONE, 30)
    assert len(world.source.sent) == 30


def test_a_stop_while_a_step_runs_lets_it_finish_and_counts_it(world):
    world.dead.put(*(str(n) for n in range(30)))
    world.start(per_second=2)
    world.store.before_change = lambda: world.jobs.stop("job-1")
    world.deliver()
    assert (world.job().status, world.job().moved) == (RedriveJobStatus.STOPPED, 10)
    world.run_to_the_end()
    assert len(world.source.sent) == 10


def test_a_resume_at_once_after_a_stop_makes_no_second_chain(world):
    world.dead.put(*(str(n) for n in range(100)))
    world.start(per_second=2)
    world.deliver()
    world.jobs.stop("job-1")
    world.jobs.resume("job-1", OPERATOR)
    took_s = world.run_to_the_end()
    assert len(world.source.sent) == 100
    assert took_s >= (100 - 20) / 2 - STEP_S


def test_a_job_whose_message_was_lost_is_resumed(world):
    world.dead.put("a")
    world.start()
    (lost,) = world.steps.receive(wait_s=0, visibility_timeout_s=9)
    world.steps.delete_all([lost.receipt_handle])
    world.jobs.resume("job-1", OPERATOR)
    world.run_to_the_end()
    assert world.source.sent == ["a"]


def test_a_job_that_is_done_is_not_resumed_and_not_stopped(world):
    world.dead.put("a")
    world.start()
    world.run_to_the_end()
    with pytest.raises(Conflict, match="done"):
        world.jobs.resume("job-1", OPERATOR)
    assert world.jobs.stop("job-1").status is RedriveJobStatus.DONE


def test_a_stopped_job_is_not_resumed_beside_another_one(world):
    world.dead.put("a")
    world.start()
    world.jobs.stop("job-1")
    world.start()
    with pytest.raises(Conflict):
        world.jobs.resume("job-1", OPERATOR)


# --- Who and what ----------------------------------------------------------------------------


def test_an_unknown_queue_and_an_unknown_job_are_not_found(world):
    with pytest.raises(NotFound, match="things, others"):
        world.jobs.start("nothing", NewRedriveJob(), OPERATOR)
    for use in (world.jobs.get, world.jobs.stop, partial(world.jobs.resume, call=OPERATOR)):
        with pytest.raises(NotFound):
            use("job-9")
        with pytest.raises(InvalidInput, match="job_id"):
            use("x#y")


def test_steps_last_seconds_and_their_messages_wait_for_the_rest(world):
    world.dead.put(*(str(n) for n in range(100)))
    world.start(per_second=2)
    world.deliver()
    assert world.steps.delays == [0, math.ceil(STEP_S)]

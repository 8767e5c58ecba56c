"""A queue's dead letters: a window is held for a moment, and only what is settled leaves it."""

import pytest
from support.queues import START_S, Clock, MemoryQueue

from chalicelib.errors import Unavailable
from chalicelib.operations.dead_letter_queue import BUDGET_S, HOLD_S, DeadLetterQueue
from chalicelib.operations.model import WINDOW

DOWN = Unavailable("the queue is not available")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def source(clock):
    return MemoryQueue(clock, "source")


@pytest.fixture
def dead(clock):
    return MemoryQueue(clock, "dead")


@pytest.fixture
def letters(source, dead, clock):
    return DeadLetterQueue(dead, source.forward, clock=clock)


def looked_at(letters, limit=WINDOW):
    return [letter.body for letter in letters.look(limit)]


# --- Looking ---------------------------------------------------------------------------------


def test_a_window_shows_the_oldest_first_and_leaves_all_for_the_next_look(letters, dead):
    dead.put("young", sent_s=START_S - 10)
    dead.put("old", sent_s=START_S - 20)
    assert looked_at(letters) == ["old", "young"]
    assert dead.hidden() == 0
    assert looked_at(letters) == ["old", "young"]


def test_a_window_is_no_larger_than_asked_for(letters, dead):
    dead.put(*(str(n) for n in range(30)))
    assert len(looked_at(letters, limit=23)) == 23
    assert dead.hidden() == 0


def test_looking_at_nothing_takes_no_time(letters, clock):
    assert looked_at(letters) == []
    assert clock() == START_S


def test_looking_at_everything_spares_the_last_empty_poll(letters, dead, clock):
    dead.put(*(str(n) for n in range(25)))
    assert len(looked_at(letters)) == 25
    assert clock() == START_S


def test_a_letter_that_is_not_counted_yet_is_seen(letters, dead, monkeypatch):
    dead.put("a")
    monkeypatch.setattr(dead, "counts", lambda: type(MemoryQueue.counts(dead))(0, 0, 0))
    assert looked_at(letters) == ["a"]


def test_a_letter_that_comes_twice_is_shown_once(letters, dead, clock, monkeypatch):
    dead.put("a", "b")
    receive = dead.receive

    def with_an_echo(**how):
        found = receive(**how)
        return [*found, *found[:1]]

    monkeypatch.setattr(dead, "receive", with_an_echo)
    assert looked_at(letters) == ["a", "b"]


def test_what_was_held_when_the_queue_failed_is_given_back(letters, dead):
    dead.put(*(str(n) for n in range(15)))
    dead.fails["receive"] = [None, DOWN]
    with pytest.raises(Unavailable):
        letters.look(WINDOW)
    assert dead.hidden() == 0


def test_letters_that_cannot_be_given_back_come_back_by_themselves(letters, dead, clock, logged):
    dead.put("a", "b")
    dead.fails["change_visibility_all"] = [DOWN]
    assert looked_at(letters) == ["a", "b"]
    assert dead.hidden() == 2
    assert '"dead letters stay hidden for a while"' in logged.getvalue()
    clock.now += HOLD_S
    assert looked_at(letters) == ["a", "b"]


def test_a_slow_queue_gives_a_smaller_window(letters, dead, clock, monkeypatch):
    dead.put(*(str(n) for n in range(100)))
    receive = dead.receive

    def slowly(**how):
        clock.now += BUDGET_S / 2
        return receive(**how)

    monkeypatch.setattr(dead, "receive", slowly)
    assert 0 < len(letters.look(WINDOW)) < 100
    assert dead.hidden() == 0


# --- Redriving and deleting by ids -----------------------------------------------------------


def test_the_chosen_are_sent_and_then_deleted_and_the_others_stay(letters, source, dead):
    first, _, third = dead.put("a", "b", "c")
    result = letters.redrive([third, first, "gone"])
    assert (result.done, result.missing, result.failed) == ([first, third], ["gone"], [])
    assert source.sent == ["a", "c"]
    assert dead.bodies() == ["b"]
    assert dead.hidden() == 0


def test_the_chosen_are_deleted_for_good(letters, source, dead):
    first, _ = dead.put("a", "b")
    result = letters.delete([first, first])
    assert (result.done, result.missing, result.failed) == ([first], [], [])
    assert source.sent == []
    assert dead.bodies() == ["b"]


def test_looking_for_letters_ends_when_all_are_found(letters, dead, clock):
    first, *_ = dead.put(*(str(n) for n in range(40)))
    letters.delete([first])
    assert dead.calls.count("receive") == 1
    assert clock() == START_S


def test_a_letter_beyond_the_window_is_missing(letters, dead):
    *_, last = dead.put(*(str(n) for n in range(WINDOW + 1)))
    assert letters.delete([last]).missing == [last]
    assert len(dead.bodies()) == WINDOW + 1
    assert dead.hidden() == 0


def test_each_letter_keeps_its_trace(letters, source, dead):
    dead.send("a", "Root=1-a")
    dead.send("b")
    letters.redrive(["dead-1", "dead-2"])
    sent = source.receive(wait_s=0, visibility_timeout_s=9)
    assert [(message.body, message.trace_header) for message in sent] == [
        ("a", "Root=1-a"),
        ("b", None),
    ]


def test_a_letter_that_its_queue_refuses_stays(letters, source, dead):
    bad, good = dead.put("bad", "good")
    source.refuses = {"bad"}
    result = letters.redrive([bad, good])
    assert (result.done, result.failed) == ([good], [bad])
    assert dead.bodies() == ["bad"]
    assert dead.hidden() == 0


def test_a_letter_that_was_sent_and_not_deleted_is_told_as_failed(letters, source, dead):
    kept, other = dead.put("kept", "other")
    dead.keeps = {kept}
    result = letters.redrive([kept, other])
    assert (result.done, result.failed) == ([other], [kept])
    assert source.sent == ["kept", "other"]
    assert dead.bodies() == ["kept"]


def test_when_nothing_could_be_done_it_is_unavailable_and_all_stay(letters, source, dead):
    ids = dead.put("a", "b")
    source.fails["forward"] = [DOWN]
    with pytest.raises(Unavailable):
        letters.redrive(ids)
    assert (dead.bodies(), dead.hidden()) == (["a", "b"], 0)


def test_when_some_were_done_the_others_are_told_and_stay(letters, source, dead):
    ids = dead.put(*(f"{n:02}" for n in range(25)))
    source.fails["forward"] = [None, DOWN]
    result = letters.redrive(ids)
    assert (len(result.done), len(result.failed), result.missing) == (10, 15, [])
    assert len(source.sent) == 10
    assert set(source.sent) | set(dead.bodies()) == {f"{n:02}" for n in range(25)}
    assert dead.hidden() == 0


def test_what_takes_too_long_is_left_for_another_try(source, dead, clock):
    ids = dead.put(*(str(n) for n in range(30)))

    def slowly(messages):
        clock.now += BUDGET_S
        return source.forward(messages)

    result = DeadLetterQueue(dead, slowly, clock=clock).redrive(ids)
    assert (len(result.done), len(result.failed)) == (10, 20)


# --- Moving whatever there is ----------------------------------------------------------------


def test_so_many_are_moved_and_no_more(letters, source, dead, clock):
    dead.put(*(str(n) for n in range(30)))
    assert letters.move(12, sent_by_ms=int(clock() * 1000)) == 12
    assert len(source.sent) == 12
    assert len(dead.bodies()) == 18
    assert dead.hidden() == 0


def test_what_was_sent_later_is_left_alone(letters, source, dead, clock):
    dead.put("before", sent_s=START_S - 1)
    dead.put("after", sent_s=START_S + 1)
    assert letters.move(10, sent_by_ms=int(START_S * 1000)) == 1
    assert source.sent == ["before"]
    assert (dead.bodies(), dead.hidden()) == (["after"], 0)


def test_many_later_ones_do_not_hold_a_step_for_ever(letters, dead, clock):
    dead.put(*(str(n) for n in range(WINDOW + 40)), sent_s=START_S + 1)
    assert letters.move(10, sent_by_ms=int(START_S * 1000)) == 0
    assert dead.calls.count("receive") == WINDOW / 10
    assert dead.hidden() == 0


def test_what_was_moved_before_trouble_is_told(letters, source, dead, clock):
    dead.put(*(str(n) for n in range(25)))
    source.fails["forward"] = [None, DOWN]
    assert letters.move(25, sent_by_ms=int(clock() * 1000)) == 10
    assert (len(dead.bodies()), dead.hidden()) == (15, 0)


def test_trouble_from_the_first_is_raised(letters, source, dead, clock):
    dead.put("a")
    source.fails["forward"] = [DOWN]
    with pytest.raises(Unavailable):
        letters.move(5, sent_by_ms=int(clock() * 1000))
    assert (dead.bodies(), dead.hidden()) == (["a"], 0)


def test_all_are_counted_the_held_ones_too(letters, dead):
    dead.put("a", "b", "c")
    dead.receive(wait_s=0, visibility_timeout_s=9, at_most=1)
    assert letters.total() == 3

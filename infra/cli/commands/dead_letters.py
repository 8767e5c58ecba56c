"""Dead letters: list by queue and reason, show, redrive."""

from argparse import Namespace

from infra.cli.api import quote_id
from infra.cli.arguments import Command, Context, argument, limit, positive, some_id
from infra.cli.failures import BadUsage, ExitCode
from infra.cli.listing import Document, decode, put_items, take, take_time, to_text, to_time

_PATH = "/api/v1/dead-letters"
_LETTERS = {
    "ID": take("id"),
    "SENT": take_time("sent_at"),
    "DIED": take_time("died_at"),
    "FUNCTION": take("function"),
    "REASON": lambda letter: str(letter["reason"]["message"]),
}


def list_queues(context: Context, given: Namespace) -> ExitCode:
    """Print the dead letters of all queues by reason."""
    limit = None if given.limit is None else str(given.limit)
    body = context.api.get(_PATH, {"limit": limit}).body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    rows = []
    for queue in decode(body)["queues"]:
        if queue["problem"]:
            context.screen.say(f"{queue['queue']}: {queue['problem']['message']}")
        rows += _describe_queue(queue)
    context.screen.put_table(("QUEUE", "LETTERS", "OLDEST", "REASON"), rows)
    return ExitCode.DONE


def _describe_queue(queue: Document) -> list[tuple[str, str, str, str]]:
    """The queue's row, and one for each reason."""
    name, oldest = queue["queue"], to_time(queue["oldest_sent_at"])
    reasons = [("", f"{item['count']}", "", item["reason"]["message"]) for item in queue["reasons"]]
    return [(name, to_text(queue["total"]), oldest, ""), *reasons]


def show_letters(context: Context, given: Namespace) -> ExitCode:
    """Print a queue's dead letters, or one of them whole."""
    path = f"{_PATH}/{quote_id(given.queue)}"
    if given.id is not None:
        return _show_letter(context, f"{path}/{quote_id(given.id)}")
    body = context.api.get(path, {"limit": str(given.limit)}).body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    found = decode(body)
    put_items(context, _LETTERS, found["letters"])
    if found["total"] > len(found["letters"]):
        context.screen.say(f"{found['total']} are there: --limit shows more")
    return ExitCode.DONE


def _show_letter(context: Context, path: str) -> ExitCode:
    body = context.api.get(path).body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    letter = decode(body)
    names = ("id", "function", "sent_at", "died_at", "attempts")
    reason = f"{letter['reason']['message']} ({letter['reason']['code']})"
    redriven = letter["redriven"]
    times = redriven and f"{redriven['count']} times, last {to_time(redriven['last_at'])}"
    fields = [(name, to_text(letter[name])) for name in names]
    context.screen.put_fields([*fields, ("reason", reason), ("redriven", times)])
    context.screen.put_lines(letter["body"])
    return ExitCode.DONE


def redrive(context: Context, given: Namespace) -> ExitCode:
    """Give chosen letters to their queue again, or begin a job for all of them."""
    if given.all == bool(given.ids):
        raise BadUsage("redrive takes either the ids of letters or --all")
    path = f"{_PATH}/{quote_id(given.queue)}"
    if not given.all:
        return _redrive_chosen(context, path, given.ids)
    wanted = {} if given.per_second is None else {"per_second": given.per_second}
    body = context.api.post(f"{path}/jobs", wanted).body
    if context.as_json:
        context.screen.put_document(body)
    else:
        job = decode(body)
        context.screen.put_line(f"job {job['job_id']}: {job['status']}, {job['total']} letters")
    return ExitCode.DONE


def _redrive_chosen(context: Context, path: str, ids: list[str]) -> ExitCode:
    """REFUSED if a letter is not there or could not be given back."""
    body = context.api.post(f"{path}/redrive", {"ids": ids}).body
    result = decode(body)
    if context.as_json:
        context.screen.put_document(body)
    else:
        rows = [(letter, name) for name in ("done", "missing", "failed") for letter in result[name]]
        context.screen.put_table(("ID", "RESULT"), rows)
    return ExitCode.REFUSED if result["missing"] or result["failed"] else ExitCode.DONE


_QUEUE = argument("queue", type=some_id, metavar="QUEUE", help="as dlq list names it")

COMMANDS = (
    Command(
        "dlq list",
        "List dead letters by queue and reason",
        list_queues,
        (limit(None, "how many letters of a queue are looked at, 50 unless told"),),
        ("omni dlq list", "omni dlq list --limit 500"),
    ),
    Command(
        "dlq show",
        "Show a queue's dead letters, or one of them whole",
        show_letters,
        (
            _QUEUE,
            argument("id", nargs="?", type=some_id, metavar="LETTER_ID"),
            limit(100, "how many at most, 100 unless told"),
        ),
        (
            "omni dlq show orders --limit 10",
            "omni dlq show orders 5fea7756-0ea4-451a-a703-a558b933e274",
        ),
    ),
    Command(
        "dlq redrive",
        "Give dead letters to their queue again",
        redrive,
        (
            _QUEUE,
            argument("ids", nargs="*", type=some_id, metavar="LETTER_ID"),
            argument("--all", action="store_true", help="all of the queue, by a job"),
            argument(
                "--per-second",
                type=positive,
                metavar="N",
                help="how fast the job is, 50 unless told",
            ),
        ),
        (
            "omni dlq redrive orders 5fea7756-0ea4-451a-a703-a558b933e274",
            "omni dlq redrive orders --all --per-second 10",
        ),
    ),
)

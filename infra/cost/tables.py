"""What DynamoDB bills: writes and reads, what is kept, and its backups."""

from collections.abc import Iterator
from typing import NamedTuple

from infra.cost import prices
from infra.cost.bill import Levers, Line
from infra.cost.parts import BILLED_MS, ITEM_BYTES, MONTHS_KEPT, to_gb

# Of provisioned capacity, which aims at 70 % and follows a day's traffic some minutes later.
USED_CAPACITY = 0.6
TABLE_AND_INDEXES = 2  # each with its own units: six tables have as many indexes
ARCHIVED_AFTER = 1  # months
_UNITS_M = prices.MILLION / (3600 * USED_CAPACITY)  # hours of one unit for a million calls


class TablePrices(NamedTuple):
    """US$ for a million writes and reads, and a month for a GB of the table and of its backup.

    So many millions a month are paid of each at least, where capacity is provisioned.
    """

    write_m: float = prices.DYNAMODB_WRITE_M
    read_m: float = prices.DYNAMODB_READ_M
    storage_gb: float = prices.DYNAMODB_STORAGE_GB
    backup_gb: float = prices.DYNAMODB_PITR_GB
    at_least_m: float = 0.0


_RARE = TablePrices(
    prices.DYNAMODB_RARE_WRITE_M, prices.DYNAMODB_RARE_READ_M, prices.DYNAMODB_RARE_STORAGE_GB
)


def find_prices(levers: Levers, *, is_endless: bool = False) -> TablePrices:
    """Those of a table; `is_endless`: one whose items have no end, which may be rarely read."""
    is_rare = levers.rarely_read and is_endless
    its = _RARE if is_rare else TablePrices()
    if not levers.provisioned:
        return its
    write, read = prices.DYNAMODB_WRITE_UNIT_H, prices.DYNAMODB_READ_UNIT_H
    if is_rare:
        write, read = prices.DYNAMODB_RARE_WRITE_UNIT_H, prices.DYNAMODB_RARE_READ_UNIT_H
    elif levers.reserved:
        write, read = prices.DYNAMODB_RESERVED_WRITES, prices.DYNAMODB_RESERVED_READS
    at_least_m = levers.provisioned * TABLE_AND_INDEXES / _UNITS_M * prices.HOURS_A_MONTH
    return its._replace(write_m=_UNITS_M * write, read_m=_UNITS_M * read, at_least_m=at_least_m)


def bill_calls(workload: str, at: TablePrices, *, writes: float, reads: float) -> Iterator[Line]:
    """Write and read request units of a month."""
    writes_m, reads_m = (max(calls / prices.MILLION, at.at_least_m) for calls in (writes, reads))
    yield Line(workload, "DynamoDB", "writes (M)", writes_m, at.write_m)
    yield Line(workload, "DynamoDB", "reads (M)", reads_m, at.read_m)


def bill_storage(
    workload: str, at: TablePrices, items: float, *, copies: int, months: float = MONTHS_KEPT
) -> Line:
    """`items` a month that are kept so long, in `copies`: the table and its indexes.

    Backups are point-in-time recovery, of the table alone.
    """
    kept_gb = to_gb(ITEM_BYTES) * items * months
    price = copies * at.storage_gb + at.backup_gb
    return Line(workload, "DynamoDB", "storage (GB)", kept_gb, price)


def bill_kept(
    workload: str, at: TablePrices, items: float, *, copies: int, levers: Levers
) -> Iterator[Line]:
    """Storage of `items` a month without an end; `archived` ones are in S3 after a month."""
    months = min(MONTHS_KEPT, ARCHIVED_AFTER) if levers.archived else MONTHS_KEPT
    yield bill_storage(workload, at, items, copies=copies, months=months)
    archived_gb = to_gb(ITEM_BYTES) * items * (MONTHS_KEPT - months)
    yield Line(workload, "S3", "archived items (GB)", archived_gb, prices.S3_STORAGE_GB)


def count_activity_writes(counted: float, *, owned: bool = True) -> float:
    """Writes a month that count so many things, for everybody and, if `owned`, for their owner.

    A process counts at most once a second; there are as many as the requests keep busy.
    """
    processes = max(1.0, counted * BILLED_MS / 1000 / prices.SECONDS_A_MONTH)
    return (1 + owned) * min(counted, prices.SECONDS_A_MONTH * processes)

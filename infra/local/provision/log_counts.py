"""Since when log records are counted: what a version before stored is not in the counts."""

from datetime import UTC, datetime
from typing import Any

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.intake.envelopes import MAX_AHEAD

ALWAYS = datetime.min.replace(tzinfo=UTC)


def ensure_count_begin(client: Any, logs_table: str, state_table: str) -> None:
    """Store it unless it is stored: always for a table without records, from now on for another."""
    holds_records = client.scan(TableName=logs_table, Limit=1)["Count"] > 0
    # A record that came before may be of a time that is ahead.
    begin = times.now() + MAX_AHEAD if holds_records else ALWAYS
    CountStore(Table(client, state_table), now=times.now).begin(begin)

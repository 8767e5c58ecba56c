"""Sessions that IAM itself holds to the partition of one tenant.

The role allows what `dynamodb:LeadingKeys` names, and that is the session's own tag `tenant_id`: a
mistake in a query of ours then reads nothing instead of another tenant's records.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.aws import Aws
from chalicelib.aws.failures import translate_errors
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.recent import Recent

TAG = "tenant_id"
SESSION_S = 3600  # the most that one role may give another
SPARE = timedelta(minutes=5)  # a session is not used up to its end
KEPT = 32  # a session has a client of its own, with its connections

_MAX_NAME = 64


class _Session(NamedTuple):
    """A tenant's view of the table, and until when it holds."""

    table: Table
    until: datetime


class TenantTables:
    """Gives a table as one tenant may see it; `role_arn` is assumed by the role of this process."""

    def __init__(
        self, aws: Aws, role_arn: str, table_name: str, *, now: Callable[[], datetime]
    ) -> None:
        self._aws = aws
        self._role_arn = role_arn
        self._table_name = table_name
        self._now = now
        self._sessions: Recent[_Session] = Recent(KEPT)

    def __call__(self, tenant_id: str) -> Table:
        """The table of a session tagged with the tenant.

        Raises Unavailable when no session can be had.
        """
        session = self._sessions.get(tenant_id)
        if session is None or session.until <= self._now():
            session = self._begin(tenant_id)
            self._sessions.put(tenant_id, session)
        return session.table

    def _begin(self, tenant_id: str) -> _Session:
        with translate_errors("the session service"):
            given = self._aws.client("sts").assume_role(
                RoleArn=self._role_arn,
                RoleSessionName=f"logs-{tenant_id}"[:_MAX_NAME],
                DurationSeconds=SESSION_S,
                Tags=[{"Key": TAG, "Value": tenant_id}],
            )["Credentials"]
        credentials = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        client = self._aws.client_as(credentials, "dynamodb")
        return _Session(Table(client, self._table_name), given["Expiration"] - SPARE)

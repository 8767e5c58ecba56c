"""Every table, queue, bucket and secret of a stage, declared once as plain data.

The local provisioner, the tests and the AWS stacks all read this, so they cannot drift. What the
fields mean is documented with the kinds, in `infra/declared/kinds.py`.
"""

from infra.declared.kinds import Bucket, FailureQueue, Index, Queue, Resources, Secret, Table, Topic

LOCAL = "local"
PLAIN_STAGES = (LOCAL, "prod")  # the seeds' own names; any other stage carries its suffix

# Timeouts of the functions that read queues. AWS advises six times that as visibility timeout; on
# a laptop what a killed process held comes back sooner.
ORDERS_TIMEOUT_S = 30
LOGS_TIMEOUT_S = 60
JOBS_TIMEOUT_S = 60
LOCAL_VISIBILITY_S = 30


def suffix(stage: str) -> str:
    """What physical names end in on `stage`: nothing where they are the seeds' own."""
    return "" if stage in PLAIN_STAGES else f"-{stage}"


def resources(*, stage: str, account: str, region: str) -> Resources:
    """The resources of `stage`; buckets, whose names are global, add account and region."""
    end = suffix(stage)
    return Resources(
        stage=stage,
        tables=(
            Table(
                output="RecordsTable",
                variable="RECORDS_TABLE",
                name=f"OmniData{end}",
                partition_key="user_id",
            ),
            Table(
                output="StateTable",
                variable="STATE_TABLE",
                name=f"OmniState{end}",
                partition_key="pk",
                sort_key="sk",
                ttl="expires_at",
            ),
            Table(
                output="OrdersTable",
                variable="ORDERS_TABLE",
                name=f"orders{end}",
                partition_key="orderID",
                indexes=(
                    Index(name="by-day", partition_key="day", sort_key="queued_at"),
                    # Sparse: an order leaves it with its notification.
                    Index(
                        name="by-announcement",
                        partition_key="announcement",
                        sort_key="queued_at",
                    ),
                ),
                stream_view="NEW_IMAGE",
            ),
            Table(
                output="LogsTable",
                variable="LOGS_TABLE",
                name=f"MultiTenantLogs{end}",
                partition_key="tenant_id",
                sort_key="sk",
                ttl="expires_at",
                # What a follower reads: no time that a sender gives is in its key.
                indexes=(Index(name="by-arrival", partition_key="tenant_id", sort_key="arrival"),),
            ),
        ),
        queues=(
            Queue(
                label="searches",
                output="SearchQueueUrl",
                variable="SEARCH_QUEUE_URL",
                name=f"OmniQueue{end}",
                visibility_timeout_s=120,
            ),
            Queue(
                label="orders",
                output="OrdersQueueUrl",
                variable="ORDERS_QUEUE_URL",
                name=f"POC-Queue{end}",
                visibility_timeout_s=_visibility_s(stage, ORDERS_TIMEOUT_S),
            ),
            Queue(
                label="logs",
                output="LogsQueueUrl",
                variable="LOGS_QUEUE_URL",
                name=f"OmniLogQueue{end}",
                visibility_timeout_s=_visibility_s(stage, LOGS_TIMEOUT_S),
            ),
            Queue(
                label="jobs",
                output="JobsQueueUrl",
                variable="JOBS_QUEUE_URL",
                name=f"OmniJobs{end}",
                visibility_timeout_s=_visibility_s(stage, JOBS_TIMEOUT_S),
            ),
        ),
        failure_queues=(
            FailureQueue(
                label="announcements",
                handler="announce_orders",
                output="AnnounceFailuresUrl",
                variable="ANNOUNCE_FAILURES_URL",
                name=f"POC-Announce-Failures{end}",
            ),
        ),
        topics=(
            Topic(
                output="OrdersTopicArn",
                variable="ORDERS_TOPIC_ARN",
                name=f"POC-Topic{end}",
            ),
        ),
        buckets=(
            Bucket(
                output="AnalyticsBucket",
                variable="ANALYTICS_BUCKET",
                name=f"omni-analytics-data{end}-{account}-{region}",
            ),
            Bucket(
                output="ClaimsBucket",
                variable="CLAIMS_BUCKET",
                name=f"omni-log-claims{end}-{account}-{region}",
                expiry_days=30,  # a queue's retention, and once more among the dead letters
            ),
        ),
        secrets=(Secret(variable="CURSOR_SECRET", name=f"omnidata{end}/cursor-key"),),
    )


def _visibility_s(stage: str, timeout_s: int) -> int:
    return LOCAL_VISIBILITY_S if stage == LOCAL else 6 * timeout_s

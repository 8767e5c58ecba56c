"""Every table, queue, bucket and secret of a stage, declared once as plain data.

The local provisioner, the tests and the AWS stacks all read this, so they cannot drift. What the
fields mean is documented with the kinds, in `infra/declared/kinds.py`.
"""

from infra.declared.kinds import (
    Bucket,
    FailureQueue,
    Index,
    MailEvents,
    Queue,
    Resources,
    Secret,
    Stream,
    Table,
    Topic,
)

LOCAL = "local"
PLAIN_STAGES = (LOCAL, "prod")  # the seeds' own names; any other stage carries its suffix

# Timeouts of the functions that read queues. AWS advises six times that as visibility timeout; on
# a laptop what a killed process held comes back sooner.
ORDERS_TIMEOUT_S = 30
LOGS_TIMEOUT_S = 60
JOBS_TIMEOUT_S = 60
WEBHOOKS_TIMEOUT_S = 60
MAIL_EVENTS_TIMEOUT_S = 30
LOCAL_VISIBILITY_S = 30

# What the channels' sandbox on stage local takes.
_SANDBOX_META = '{"page_id": "1001", "page_token": "sandbox-page-token", "ig_user_id": "2001"}'
_SANDBOX_LINKEDIN = (
    '{"author": "urn:li:organization:3001", "token": "sandbox-token", '
    '"token_expires_at": "2099-12-31T00:00:00Z"}'
)


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
            Table(
                output="MessagesTable",
                variable="MESSAGES_TABLE",
                name=f"OmniMessages{end}",
                partition_key="PK",
                sort_key="SK",
                ttl="ttl",
                indexes=(
                    Index(name="GSI1", partition_key="GSI1PK", sort_key="GSI1SK"),
                    # What is due: sparse, and changed with every step of a message.
                    Index(
                        name="GSI2",
                        partition_key="GSI2PK",
                        sort_key="GSI2SK",
                        projection="KEYS_ONLY",
                    ),
                ),
            ),
            Table(
                output="WebhooksTable",
                variable="WEBHOOKS_TABLE",
                name=f"OmniWebhooks{end}",
                partition_key="pk",
                sort_key="sk",
                ttl="expires_at",
                # Deliveries alone have `at`.
                indexes=(Index(name="by-time", partition_key="pk", sort_key="at"),),
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
            Queue(
                label="webhooks",
                output="WebhooksQueueUrl",
                variable="WEBHOOKS_QUEUE_URL",
                name=f"OmniWebhooks{end}",
                visibility_timeout_s=_visibility_s(stage, WEBHOOKS_TIMEOUT_S),
            ),
            Queue(
                label="mail_events",
                output="MailEventsQueueUrl",
                variable="MAIL_EVENTS_QUEUE_URL",
                name=f"OmniMailEvents{end}",
                visibility_timeout_s=_visibility_s(stage, MAIL_EVENTS_TIMEOUT_S),
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
            FailureQueue(
                label="deliveries",
                handler="deliver_messages",
                output="DeliverFailuresUrl",
                variable="DELIVER_FAILURES_URL",
                name=f"OmniDeliver-Failures{end}",
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
            Bucket(
                output="MediaBucket",
                variable="MEDIA_BUCKET",
                name=f"omni-media{end}-{account}-{region}",
                versioned=True,
                console_methods=("POST",),
            ),
        ),
        streams=(
            Stream(
                output="MessagesStream",
                variable="MESSAGES_STREAM",
                name=f"omnichannel-messages{end}",
            ),
        ),
        mail_events=MailEvents(
            variable="MAIL_CONFIGURATION_SET",
            name=f"omnidata{end}",
            topic_name=f"OmniMailEvents{end}",
            topic_output="MailEventsTopicArn",
            queue_output="MailEventsQueueUrl",
        ),
        secrets=(
            Secret(variable="CURSOR_SECRET", name=f"omnidata{end}/cursor-key"),
            Secret(
                variable="META_SECRET",
                name=f"omnidata{end}/meta",
                generated=False,
                sandbox_value=_SANDBOX_META,
            ),
            Secret(
                variable="LINKEDIN_SECRET",
                name=f"omnidata{end}/linkedin",
                generated=False,
                sandbox_value=_SANDBOX_LINKEDIN,
            ),
        ),
    )


def _visibility_s(stage: str, timeout_s: int) -> int:
    return LOCAL_VISIBILITY_S if stage == LOCAL else 6 * timeout_s

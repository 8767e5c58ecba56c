"""What functions may call: the API's routes, and what several functions have in common."""

from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.function_kinds import ANYTHING, LANGUAGE_MODEL, PHONE_NUMBERS, Calls
from infra.declared.kinds import dead_letter
from infra.declared.resources import LOCAL, resources

# Operators watch every queue of a stage; which stage does not matter for the variables.
_DECLARED = resources(stage=LOCAL, account="", region="")
_QUEUES = tuple(queue.variable for queue in _DECLARED.queues)
_LETTERS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
)
# Putting messages on the queues, and looking at how many wait.
SENDS = tuple(Calls(queue, ("sqs:GetQueueAttributes", "sqs:SendMessage")) for queue in _QUEUES)
# Looking at dead letters and giving them back: operators do it, and their jobs.
DEAD_LETTERS = (
    *(Calls(queue, _LETTERS, within=dead_letter("")) for queue in _QUEUES),
    *(Calls(failures.variable, _LETTERS) for failures in _DECLARED.failure_queues),
)
# What telling of orders that wait for it takes: after a failure operators do it, or their jobs.
ANNOUNCE_PENDING = (
    Calls("ORDERS_TABLE", ("dynamodb:Query",), within="/index/by-announcement"),
    Calls("ORDERS_TABLE", ("dynamodb:BatchGetItem", "dynamodb:UpdateItem")),
    Calls("ORDERS_TOPIC_ARN", ("sns:Publish",)),
)

# Why a message failed, which a handler stores for its dead letter.
LAST_FAILURES = Calls("STATE_TABLE", ("dynamodb:UpdateItem",))

# Telling webhooks of what happened. Who emits may not read the webhooks, which have secrets.
EMIT_TO_QUEUE = Calls("WEBHOOKS_QUEUE_URL", ("sqs:SendMessage",))
EMIT = (EMIT_TO_QUEUE, Calls("STATE_TABLE", ("dynamodb:GetItem",)))
DELIVER_WEBHOOKS = (
    Calls(
        "WEBHOOKS_TABLE",
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"),
    ),
    EMIT_TO_QUEUE,  # the next attempt
    LAST_FAILURES,
)

# What a delivery takes; the tick delivers too, while the stream is down.
DELIVER = (
    Calls(
        "MESSAGES_TABLE",
        (
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
    ),
    Calls("STATE_TABLE", ("dynamodb:GetItem", "dynamodb:UpdateItem")),
    Calls("META_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls("LINKEDIN_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls("CURSOR_SECRET", ("secretsmanager:GetSecretValue",)),  # of the links in e-mails
    Calls("MEDIA_BUCKET", ("s3:GetObjectVersion",), within="/media/*"),
    EMIT_TO_QUEUE,
    Calls(ANYTHING, ("ses:SendEmail",)),  # an identity is the account's own business
    Calls(PHONE_NUMBERS, ("sns:Publish",)),
    Calls(ANYTHING, ("sns:CheckIfPhoneNumberIsOptedOut",)),
    Calls(LANGUAGE_MODEL, ("bedrock:InvokeModel",)),  # Converse's right
)

# What the routes do.
API = (
    Calls(
        "RECORDS_TABLE",
        (
            "dynamodb:DeleteItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Scan",
        ),
    ),
    Calls(
        "STATE_TABLE",
        (
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
    ),
    *SENDS,
    *DEAD_LETTERS,
    Calls(ANYTHING, ("cloudwatch:GetMetricData",)),
    # Without a condition on s3:prefix: the same right makes a missing object a 404, by calls that
    # have no prefix.
    Calls("ANALYTICS_BUCKET", ("s3:ListBucket",)),
    Calls("ANALYTICS_BUCKET", ("s3:GetObject",), within="/searches/*"),
    Calls("CURSOR_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls(
        "WEBHOOKS_TABLE",
        ("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
    ),
    Calls("WEBHOOKS_TABLE", ("dynamodb:Query",), within="/index/by-time"),
    Calls("ORDERS_TABLE", ("dynamodb:GetItem",)),
    Calls("ORDERS_TABLE", ("dynamodb:Query",), within="/index/by-day"),
    Calls("ORDERS_TOPIC_ARN", ("sns:ListSubscriptionsByTopic",)),
    *ANNOUNCE_PENDING,
    Calls("CLAIMS_BUCKET", ("s3:PutObject",), within="/claims/*"),
    Calls(
        "MESSAGES_TABLE",
        (
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
    ),
    Calls("MESSAGES_TABLE", ("dynamodb:Query",), within="/index/GSI1"),
    Calls("MESSAGES_TABLE", ("dynamodb:Query",), within="/index/GSI2"),  # what waits for approval
    Calls("MESSAGES_STREAM", ("kinesis:PutRecords",)),
    Calls("META_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls("LINKEDIN_SECRET", ("secretsmanager:GetSecretValue",)),
    Calls(LANGUAGE_MODEL, ("bedrock:InvokeModel",)),  # previews, and texts to be approved
    # Without it, what nobody uploaded yet is a 403.
    Calls("MEDIA_BUCKET", ("s3:ListBucket",)),
    Calls(
        "MEDIA_BUCKET",
        ("s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"),
        within="/media/*",
    ),
    # It reads logs by the sessions of their tenants alone.
    Calls(TENANT_READER_OUTPUT, ("sts:AssumeRole", "sts:TagSession")),
)

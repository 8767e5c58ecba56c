"""What a signed-in person may do, as verbs; pure.

The routes decide, by their `access`. A verb is made from the declarations of the routes that it
needs, so it says what they will do and decides nothing itself.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.overview.model import Me, PermittedVerb
from chalicelib.web.call import Call
from chalicelib.web.operation import Operation
from chalicelib.web.principal import Principal


class VerbRule(NamedTuple):
    """The operations that a verb needs, by name, and what it asks beyond their access."""

    operations: tuple[str, ...]
    also: Callable[[Principal], bool] = lambda _: True


def _may_read_logs(caller: Principal) -> bool:
    return caller.tenant is not None


def _may_read_any_logs(caller: Principal) -> bool:
    return caller.is_operator


_LOG_READS = ("find_logs", "show_log_histogram", "list_log_facets", "export_logs")
RULES: Mapping[PermittedVerb, VerbRule] = MappingProxyType(
    {
        PermittedVerb.RECORDS_READ: VerbRule(("find_record", "get_record")),
        PermittedVerb.RECORDS_WRITE: VerbRule(
            ("add_record", "replace_record", "patch_record", "delete_record")
        ),
        PermittedVerb.RECORDS_LIST: VerbRule(("list_records", "export_records")),
        PermittedVerb.RECORDS_IMPORT: VerbRule(("import_records",)),
        PermittedVerb.SEARCHES_COUNT: VerbRule(("count_searches",)),
        PermittedVerb.ORDERS_PLACE: VerbRule(("place_order",)),
        PermittedVerb.ORDERS_READ: VerbRule(("get_order",)),
        PermittedVerb.ORDERS_LIST: VerbRule(("list_orders", "list_subscriptions")),
        PermittedVerb.LOGS_READ: VerbRule(_LOG_READS, also=_may_read_logs),
        PermittedVerb.LOGS_READ_ANY: VerbRule(_LOG_READS, also=_may_read_any_logs),
        PermittedVerb.AUDIT_READ: VerbRule(("list_audit_records",)),
        PermittedVerb.TENANTS_MANAGE: VerbRule(
            (
                "create_tenant",
                "list_tenants",
                "get_tenant",
                "show_tenant_usage",
                "change_tenant",
                "add_tenant_key",
                "rotate_tenant_key",
                "revoke_tenant_key",
            )
        ),
        PermittedVerb.MESSAGES_READ: VerbRule(
            (
                "list_messages",
                "export_messages",
                "get_message",
                "get_calendar_link",
                "list_series",
                "get_series",
                "list_occurrences",
                "list_channels",
            )
        ),
        PermittedVerb.MESSAGES_WRITE: VerbRule(
            (
                "create_message",
                "import_messages",
                "validate_message",
                "cancel_messages",
                "retry_channel",
                "create_calendar_link",
                "delete_calendar_link",
                "change_message",
                "reschedule_message",
                "cancel_message",
                "retry_message",
                "resolve_delivery",
                "create_series",
                "change_series",
                "delete_series",
                "change_occurrence",
                "skip_occurrence",
                "begin_upload",
                "confirm_upload",
                "get_media",
            )
        ),
        PermittedVerb.MESSAGES_APPROVE: VerbRule(("approve_message", "send_back_message")),
        PermittedVerb.TEMPLATES_WRITE: VerbRule(
            (
                "create_template",
                "list_templates",
                "get_template",
                "replace_template",
                "delete_template",
            )
        ),
        PermittedVerb.CERTIFICATIONS_MANAGE: VerbRule(
            (
                "create_certification",
                "list_certifications",
                "get_certification",
                "replace_certification",
                "delete_certification",
                "announce_certification",
            )
        ),
        PermittedVerb.SUPPRESSIONS_WRITE: VerbRule(("list_suppressions", "add_suppression")),
        PermittedVerb.SUPPRESSIONS_REMOVE: VerbRule(("remove_suppression",)),
        PermittedVerb.WEBHOOKS_MANAGE: VerbRule(
            (
                "create_webhook",
                "list_webhooks",
                "get_webhook",
                "change_webhook",
                "delete_webhook",
                "rotate_webhook_secret",
                "try_webhook",
                "list_webhook_deliveries",
            )
        ),
        PermittedVerb.PIPELINE_READ: VerbRule(("show_pipeline",)),
        PermittedVerb.DEAD_LETTERS_READ: VerbRule(
            (
                "summarize_dead_letters",
                "list_dead_letters",
                "get_dead_letter",
                "list_jobs",
                "get_job",
            )
        ),
        PermittedVerb.DEAD_LETTERS_REDRIVE: VerbRule(
            ("redrive_dead_letters", "redrive_all_dead_letters", "stop_job", "resume_job")
        ),
        PermittedVerb.DEAD_LETTERS_DELETE: VerbRule(("delete_dead_letters",)),
    }
)


def describe(call: Call, stage: str, operations: Iterable[Operation], *, need_approval: bool) -> Me:
    """Who calls, and what the routes let them do; nobody approves where it is not needed."""
    caller = call.principal
    verbs = list_verbs(caller, operations)
    return Me(
        id=caller.id,
        email=caller.email,
        tenant=caller.tenant,
        groups=sorted(caller.groups),
        stage=stage,
        may=[verb for verb in verbs if need_approval or verb is not PermittedVerb.MESSAGES_APPROVE],
    )


def list_verbs(caller: Principal, operations: Iterable[Operation]) -> list[PermittedVerb]:
    """The verbs whose every operation admits the caller."""
    allowed = {operation.name for operation in operations if operation.access.allows(caller)}
    return [
        verb
        for verb, rule in RULES.items()
        if allowed.issuperset(rule.operations) and rule.also(caller)
    ]

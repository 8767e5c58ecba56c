"""What a signed-in person may do, as verbs; pure.

The routes decide, by their `access`. A verb is made from the declarations of the routes that it
needs, so it says what they will do and decides nothing itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chalicelib.overview.model import Me, Verb
from chalicelib.web.call import Call
from chalicelib.web.operation import Operation
from chalicelib.web.principal import Principal


@dataclass(frozen=True, slots=True)
class VerbRule:
    """The operations that a verb needs, by name, and what it asks beyond their access."""

    operations: tuple[str, ...]
    also: Callable[[Principal], bool] = lambda _: True


def _may_read_logs(caller: Principal) -> bool:
    return caller.tenant is not None


def _may_read_any_logs(caller: Principal) -> bool:
    return caller.is_operator


_LOG_READS = ("find_logs", "show_log_histogram", "list_log_facets", "export_logs")
RULES: Mapping[Verb, VerbRule] = MappingProxyType(
    {
        Verb.RECORDS_READ: VerbRule(("find_record", "get_record")),
        Verb.RECORDS_WRITE: VerbRule(
            ("add_record", "replace_record", "patch_record", "delete_record")
        ),
        Verb.RECORDS_LIST: VerbRule(("list_records", "export_records")),
        Verb.RECORDS_IMPORT: VerbRule(("import_records",)),
        Verb.SEARCHES_COUNT: VerbRule(("count_searches",)),
        Verb.ORDERS_PLACE: VerbRule(("place_order",)),
        Verb.ORDERS_READ: VerbRule(("get_order",)),
        Verb.ORDERS_LIST: VerbRule(("list_orders", "list_subscriptions")),
        Verb.LOGS_READ: VerbRule(_LOG_READS, also=_may_read_logs),
        Verb.LOGS_READ_ANY: VerbRule(_LOG_READS, also=_may_read_any_logs),
        Verb.AUDIT_READ: VerbRule(("list_audit_records",)),
        Verb.TENANTS_MANAGE: VerbRule(
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
        Verb.MESSAGES_READ: VerbRule(("list_messages", "get_message", "list_channels")),
        Verb.MESSAGES_WRITE: VerbRule(
            (
                "create_message",
                "validate_message",
                "change_message",
                "reschedule_message",
                "cancel_message",
                "retry_message",
                "resolve_delivery",
                "begin_upload",
                "confirm_upload",
                "get_media",
            )
        ),
        Verb.CERTIFICATIONS_MANAGE: VerbRule(
            (
                "create_certification",
                "list_certifications",
                "get_certification",
                "replace_certification",
                "delete_certification",
            )
        ),
        Verb.WEBHOOKS_MANAGE: VerbRule(
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
        Verb.PIPELINE_READ: VerbRule(("show_pipeline",)),
        Verb.DEAD_LETTERS_READ: VerbRule(
            (
                "summarize_dead_letters",
                "list_dead_letters",
                "get_dead_letter",
                "list_jobs",
                "get_job",
            )
        ),
        Verb.DEAD_LETTERS_REDRIVE: VerbRule(
            ("redrive_dead_letters", "redrive_all_dead_letters", "stop_job", "resume_job")
        ),
        Verb.DEAD_LETTERS_DELETE: VerbRule(("delete_dead_letters",)),
    }
)


def describe(call: Call, stage: str, operations: Iterable[Operation]) -> Me:
    """Who calls, and what the routes let them do."""
    caller = call.principal
    return Me(
        id=caller.id,
        email=caller.email,
        tenant=caller.tenant,
        groups=sorted(caller.groups),
        stage=stage,
        may=list_verbs(caller, operations),
    )


def list_verbs(caller: Principal, operations: Iterable[Operation]) -> list[Verb]:
    """The verbs whose every operation admits the caller."""
    allowed = {operation.name for operation in operations if operation.access.allows(caller)}
    return [
        verb
        for verb, rule in RULES.items()
        if allowed.issuperset(rule.operations) and rule.also(caller)
    ]

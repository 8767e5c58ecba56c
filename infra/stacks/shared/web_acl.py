"""The one WAF definition of seed 002; the console and the API each stand behind a copy.

Log text looks like attacks, since it quotes them, and shippers send more than browsers do. So the
managed sets and the seed's rate do not look at the two paths that take logs: those are let in by
tenant keys, limited by tenant, and have a rate of their own here.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.stacks.shared import waf_statements
from infra.stacks.shared.waf_statements import Statement

RATE_PER_FIVE_MINUTES = 2000
# From one address as much as a tenant may send unless an operator says otherwise: 200 requests/s.
LOGS_RATE_PER_FIVE_MINUTES = 60_000
FIVE_MINUTES_S = 300
EDGE_KEY_HEADER = "x-omni-edge-key"
LOGS_PATHS = ("/ingest", "/v1/logs")

Scope = Literal["CLOUDFRONT", "REGIONAL"]
Rule = wafv2.CfnWebACL.RuleProperty


def web_acl(  # noqa: PLR0913 keyword-only: in what the two copies differ
    scope: Construct,
    unit: str,
    *,
    name: str,
    waf_scope: Scope,
    api_stage: str | None = None,
    edge_key: str | None = None,
) -> wafv2.CfnWebACL:
    """The seed's three rules and one for logs. CLOUDFRONT must be made in CloudFront's region.

    `api_stage`: before an API, its stage begins the path.
    `edge_key`: requests that carry it came through CloudFront and were counted there by their
    own address; counted again here, they would share the few addresses of CloudFront.
    """
    logs = waf_statements.any_path(_logs_paths(api_stage))
    others = waf_statements.negated(logs)
    direct = (
        [waf_statements.negated(waf_statements.header(EDGE_KEY_HEADER, edge_key))]
        if edge_key
        else []
    )
    return wafv2.CfnWebACL(
        scope,
        unit,
        name=name,
        scope=waf_scope,
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_metrics(name),
        rules=[
            # The product takes bodies up to 5 MB and refuses larger ones itself; the set would
            # block from 8 KB on.
            _managed(
                "AWSManagedRulesCommonRuleSet",
                others,
                priority=1,
                counted=["SizeRestrictions_BODY"],
            ),
            _managed("AWSManagedRulesKnownBadInputsRuleSet", others, priority=2),
            _rate("RateLimit", RATE_PER_FIVE_MINUTES, [others, *direct], priority=3),
            _rate("LogsRateLimit", LOGS_RATE_PER_FIVE_MINUTES, [logs, *direct], priority=4),
        ],
    )


def _logs_paths(api_stage: str | None) -> Iterable[str]:
    for path in LOGS_PATHS:
        yield path
        if api_stage is not None:
            yield f"/{api_stage}{path}"


def _managed(name: str, where: Statement, *, priority: int, counted: Sequence[str] = ()) -> Rule:
    """A managed set as it is, blocking; of the rules `counted` only the matches are counted."""
    overrides = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=each, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for each in counted
    ]
    return Rule(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=Statement(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=overrides or None,
                scope_down_statement=where,
            )
        ),
        visibility_config=_metrics(name),
    )


def _rate(name: str, limit: int, where: Sequence[Statement], *, priority: int) -> Rule:
    """Blocks an address beyond `limit` requests, of those that all of `where` match."""
    return Rule(
        name=name,
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=Statement(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=limit,
                evaluation_window_sec=FIVE_MINUTES_S,
                aggregate_key_type="IP",
                scope_down_statement=waf_statements.all_of(where),
            )
        ),
        visibility_config=_metrics(name),
    )


def _metrics(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )

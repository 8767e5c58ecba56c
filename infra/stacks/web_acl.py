"""The one WAF definition of seed 002; the console and the API each stand behind a copy."""

from typing import Literal

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

RATE_PER_FIVE_MINUTES = 2000
FIVE_MINUTES_S = 300
EDGE_KEY_HEADER = "x-omni-edge-key"

Scope = Literal["CLOUDFRONT", "REGIONAL"]
Rule = wafv2.CfnWebACL.RuleProperty
Statement = wafv2.CfnWebACL.StatementProperty


def web_acl(
    scope: Construct, unit: str, *, name: str, waf_scope: Scope, edge_key: str | None = None
) -> wafv2.CfnWebACL:
    """Three blocking rules. CLOUDFRONT must be made in CloudFront's region.

    `edge_key`: requests that carry it came through CloudFront and were counted there by their
    own address; counted again here, they would share the few addresses of CloudFront.
    """
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
            _managed("AWSManagedRulesCommonRuleSet", priority=1, counted=["SizeRestrictions_BODY"]),
            _managed("AWSManagedRulesKnownBadInputsRuleSet", priority=2),
            _rate(priority=3, edge_key=edge_key),
        ],
    )


def _managed(name: str, *, priority: int, counted: list[str] | None = None) -> Rule:
    """A managed set as it is, blocking; of the rules `counted` only the matches are counted."""
    overrides = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=each, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for each in counted or []
    ]
    return Rule(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=Statement(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS", name=name, rule_action_overrides=overrides or None
            )
        ),
        visibility_config=_metrics(name),
    )


def _rate(*, priority: int, edge_key: str | None) -> Rule:
    return Rule(
        name="RateLimit",
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=Statement(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=RATE_PER_FIVE_MINUTES,
                evaluation_window_sec=FIVE_MINUTES_S,
                aggregate_key_type="IP",
                scope_down_statement=_without(edge_key) if edge_key else None,
            )
        ),
        visibility_config=_metrics("RateLimit"),
    )


def _without(edge_key: str) -> Statement:
    """Every request but those that carry the key."""
    carries = wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(
            single_header={"Name": EDGE_KEY_HEADER}
        ),
        positional_constraint="EXACTLY",
        search_string=edge_key,
        text_transformations=[wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
    )
    return Statement(
        not_statement=wafv2.CfnWebACL.NotStatementProperty(
            statement=Statement(byte_match_statement=carries)
        )
    )


def _metrics(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )

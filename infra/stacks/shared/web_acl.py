"""The web ACL of seed 002, for the console and for the API.

Log text contains what looks like attacks, and shippers send more requests than browsers. So the
managed rule groups and the seed's rate limit exclude the two paths of log intake, which require
tenant keys, are limited by tenant, and have their own rate limit here.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.stacks.shared import waf_statements
from infra.stacks.shared.waf_statements import Statement

RATE_PER_FIVE_MINUTES = 2000
# Per address, as much as a tenant may send by default: 200 requests/s.
LOGS_RATE_PER_FIVE_MINUTES = 60_000
FIVE_MINUTES_S = 300
RETRY_AFTER_S = 60  # the window slides: WAF counts again every few seconds
EDGE_KEY_HEADER = "x-omni-edge-key"
LOGS_PATHS = ("/ingest", "/v1/logs")
# Their bodies hold what users write, which may look like markup or a path.
TEXT_PATHS = ("/stream", "/orders")
TOO_MANY = 429
TOO_MANY_BODY = "TooMany"
# Rules of the common set on bodies, which count there, and the labels that they add.
BODY_RULES = {
    "CrossSiteScripting_BODY": "awswaf:managed:aws:core-rule-set:CrossSiteScripting_Body",
    "GenericLFI_BODY": "awswaf:managed:aws:core-rule-set:GenericLFI_Body",
}

Scope = Literal["CLOUDFRONT", "REGIONAL"]
Rule = wafv2.CfnWebACL.RuleProperty


def add_web_acl(  # noqa: PLR0913 keyword-only: the differences of the two web ACLs
    scope: Construct,
    unit: str,
    *,
    name: str,
    waf_scope: Scope,
    api_stage: str | None = None,
    edge_key: str | None = None,
) -> wafv2.CfnWebACL:
    """Add the seed's three rules, one for log intake and one on bodies.

    Scope CLOUDFRONT requires us-east-1.

    `api_stage`: the stage in the paths of an API without a custom domain.
    `edge_key`: requests with this header value came through CloudFront, whose web ACL counts them
    by client address; here they would all have CloudFront's addresses.
    """
    return wafv2.CfnWebACL(
        scope,
        unit,
        name=name,
        scope=waf_scope,
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_build_visibility_config(name),
        rules=_build_rules(api_stage, edge_key),
        custom_response_bodies={TOO_MANY_BODY: _build_refusal()},
    )


def _build_rules(api_stage: str | None, edge_key: str | None) -> list[Rule]:
    logs = waf_statements.match_any_path(_list_paths(LOGS_PATHS, api_stage))
    texts = waf_statements.match_any_path(_list_paths(TEXT_PATHS, api_stage))
    others = waf_statements.negate(logs)
    direct = (
        [waf_statements.negate(waf_statements.match_header(EDGE_KEY_HEADER, edge_key))]
        if edge_key
        else []
    )
    return [
        # The API accepts bodies up to 5 MB; the rule group would block more than 8 KB.
        _build_managed_rule(
            "AWSManagedRulesCommonRuleSet",
            others,
            priority=1,
            counted=["SizeRestrictions_BODY", *BODY_RULES],
        ),
        _build_managed_rule("AWSManagedRulesKnownBadInputsRuleSet", others, priority=2),
        _build_rate_rule("RateLimit", RATE_PER_FIVE_MINUTES, [others, *direct], priority=3),
        _build_rate_rule("LogsRateLimit", LOGS_RATE_PER_FIVE_MINUTES, [logs, *direct], priority=4),
        _build_body_rule(waf_statements.negate(texts), priority=5),
    ]


def _list_paths(paths: Iterable[str], api_stage: str | None) -> Iterable[str]:
    for path in paths:
        yield path
        if api_stage is not None:
            yield f"/{api_stage}{path}"


def _build_managed_rule(
    name: str, where: Statement, *, priority: int, counted: Sequence[str] = ()
) -> Rule:
    """A managed rule group that blocks; the rules in `counted` only count."""
    overrides = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for rule in counted
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
        visibility_config=_build_visibility_config(name),
    )


def _build_rate_rule(name: str, limit: int, where: Sequence[Statement], *, priority: int) -> Rule:
    """Answer an address 429 after `limit` requests in five minutes that match all of `where`.

    WAF's own 403 would be final for exporters, which then drop what they could send later.
    """
    return Rule(
        name=name,
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(
            block=wafv2.CfnWebACL.BlockActionProperty(
                custom_response=wafv2.CfnWebACL.CustomResponseProperty(
                    response_code=TOO_MANY,
                    custom_response_body_key=TOO_MANY_BODY,
                    response_headers=[
                        wafv2.CfnWebACL.CustomHTTPHeaderProperty(
                            name="Retry-After", value=str(RETRY_AFTER_S)
                        )
                    ],
                )
            )
        ),
        statement=Statement(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=limit,
                evaluation_window_sec=FIVE_MINUTES_S,
                aggregate_key_type="IP",
                scope_down_statement=waf_statements.match_all(where),
            )
        ),
        visibility_config=_build_visibility_config(name),
    )


def _build_body_rule(where: Statement, *, priority: int) -> Rule:
    """Block what BODY_RULES labelled and matches `where`; it must follow the common rule group."""
    labelled = waf_statements.match_any_label(BODY_RULES.values())
    return Rule(
        name="BodyRules",
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=waf_statements.match_all([labelled, where]),
        visibility_config=_build_visibility_config("BodyRules"),
    )


def _build_refusal() -> wafv2.CfnWebACL.CustomResponseBodyProperty:
    """An error as the API's own; WAF knows no request id to put into it."""
    problem = {
        "message": "Too many requests from this address",
        "code": "too_many_requests",
        "request_id": "",
    }
    return wafv2.CfnWebACL.CustomResponseBodyProperty(
        content_type="APPLICATION_JSON", content=json.dumps(problem)
    )


def _build_visibility_config(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )

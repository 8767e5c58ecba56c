"""Seed 002's edge: one WAF definition twice, CloudFront before console and API, headers."""

import json

import pytest

from chalicelib.tenant_logs.tenants.model import TenantSettings

SETS = ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"]
LOGS_PATHS = ("/ingest", "/v1/logs")
EDGE_KEY_HEADER = "x-omni-edge-key"


@pytest.fixture
def firewalls(dev):
    """The web ACL of the console and that of the API."""
    return dev["edge"].one("WAFv2::WebACL"), dev["api"].one("WAFv2::WebACL")


# WAF


def test_both_firewalls_have_the_seeds_three_rules_in_order_and_block(firewalls):
    for firewall in firewalls:
        common, known_bad, rate, *_ = sorted(firewall["Rules"], key=lambda rule: rule["Priority"])
        assert [rule["Priority"] for rule in (common, known_bad, rate)] == [1, 2, 3]
        assert [
            rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in (common, known_bad)
        ] == SETS
        assert [rule["OverrideAction"] for rule in (common, known_bad)] == [{"None": {}}] * 2
        assert set(rate["Action"]) == {"Block"}
        limit = rate["Statement"]["RateBasedStatement"]
        assert (limit["Limit"], limit["EvaluationWindowSec"]) == (2000, 300)
        assert limit["AggregateKeyType"] == "IP"


def paths(statement):
    """The paths that an alternative of exact matches names."""
    matches = [item["ByteMatchStatement"] for item in statement["OrStatement"]["Statements"]]
    for match in matches:
        assert match["FieldToMatch"] == {"UriPath": {}}
        assert match["PositionalConstraint"] == "EXACTLY"
        assert match["TextTransformations"] == [{"Priority": 0, "Type": "NONE"}]
    return {match["SearchString"] for match in matches}


def without_direct(down):
    """What a rule looks at, less the condition that CloudFront has not counted the call."""
    return down["AndStatement"]["Statements"][0] if "AndStatement" in down else down


def test_log_text_is_no_attack_and_browsers_rates_are_not_for_shippers(firewalls):
    """On the two paths that take logs, whole and letter by letter; everywhere else as before."""
    console, api = firewalls
    logs = {"/ingest", "/v1/logs"}
    for firewall, taken in ((console, logs), (api, logs | {"/dev/ingest", "/dev/v1/logs"})):
        common, known_bad, rate, logs_rate = (rule["Statement"] for rule in firewall["Rules"][:4])
        for managed in (common, known_bad):
            down = managed["ManagedRuleGroupStatement"]["ScopeDownStatement"]
            assert paths(down["NotStatement"]["Statement"]) == taken
        down = without_direct(rate["RateBasedStatement"]["ScopeDownStatement"])
        assert paths(down["NotStatement"]["Statement"]) == taken
        down = without_direct(logs_rate["RateBasedStatement"]["ScopeDownStatement"])
        assert paths(down) == taken


def test_an_address_may_send_as_many_logs_as_a_tenant(firewalls):
    for firewall in firewalls:
        rule = firewall["Rules"][3]
        limit = rule["Statement"]["RateBasedStatement"]
        assert limit["Limit"] == TenantSettings().rate_per_s * limit["EvaluationWindowSec"]


def test_the_paths_that_take_logs_are_routes_that_take_a_tenants_key():
    from app import app

    with_key = {
        path
        for path, methods in app.routes.items()
        for route in methods.values()
        if getattr(route.authorizer, "name", "") == "tenant_key"
    }
    assert with_key == set(LOGS_PATHS)


def test_an_address_beyond_its_rate_gets_429_and_when_to_come_back(firewalls):
    for firewall in firewalls:
        for rule in firewall["Rules"][2:4]:
            response = rule["Action"]["Block"]["CustomResponse"]
            body = firewall["CustomResponseBodies"][response["CustomResponseBodyKey"]]
            assert response["ResponseCode"] == 429
            assert response["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "60"}]
            assert body["ContentType"] == "APPLICATION_JSON"
            assert json.loads(body["Content"])["code"] == "too_many_requests"


def test_what_looks_like_an_attack_in_a_body_is_blocked_but_where_users_write_text(firewalls):
    console, api = firewalls
    texts = {"/stream", "/orders"}
    for firewall, counted in ((console, texts), (api, texts | {"/dev/stream", "/dev/orders"})):
        rule = firewall["Rules"][4]
        labelled, elsewhere = rule["Statement"]["AndStatement"]["Statements"]
        labels = [
            part["LabelMatchStatement"]["Key"].rpartition(":")[2]
            for part in labelled["OrStatement"]["Statements"]
        ]
        assert rule["Priority"] == 5
        assert rule["Action"] == {"Block": {}}
        assert labels == ["CrossSiteScripting_Body", "GenericLFI_Body"]
        assert paths(elsewhere["NotStatement"]["Statement"]) == counted


def test_of_the_common_rules_only_those_on_bodies_are_counted_and_not_blocked(firewalls):
    for firewall in firewalls:
        common = firewall["Rules"][0]["Statement"]["ManagedRuleGroupStatement"]
        known_bad = firewall["Rules"][1]["Statement"]["ManagedRuleGroupStatement"]
        assert common["RuleActionOverrides"] == [
            {"Name": name, "ActionToUse": {"Count": {}}}
            for name in ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericLFI_BODY")
        ]
        assert "RuleActionOverrides" not in known_bad


def test_one_firewall_stands_before_cloudfront_and_one_before_the_api_stage(dev, firewalls):
    console, api = firewalls
    link = dev["api"].one("WAFv2::WebACLAssociation")
    distribution = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]

    assert (console["Scope"], api["Scope"]) == ("CLOUDFRONT", "REGIONAL")
    assert distribution["WebACLId"] == "${WebAcl.Arn}"
    assert link["WebACLArn"] == "${WebAcl.Arn}"
    assert link["ResourceArn"] == (
        "arn:${AWS::Partition}:apigateway:us-east-1::/restapis/abc123/stages/dev"
    )


def test_calls_that_cloudfront_counted_are_not_counted_again_as_cloudfronts_own(dev, firewalls):
    console, api = firewalls
    origins = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    (sent,) = next(origin for origin in origins if "CustomOriginConfig" in origin)[
        "OriginCustomHeaders"
    ]
    rules = [rule["Statement"]["RateBasedStatement"] for rule in api["Rules"][2:4]]
    first, second = (rule["ScopeDownStatement"]["AndStatement"]["Statements"][1] for rule in rules)
    match = first["NotStatement"]["Statement"]["ByteMatchStatement"]

    assert second == first
    assert EDGE_KEY_HEADER not in json.dumps(console).lower()
    assert match["FieldToMatch"] == {"SingleHeader": {"Name": sent["HeaderName"]}}
    assert match["PositionalConstraint"] == "EXACTLY"
    key = dev["edge"].one("SecretsManager::Secret")["Name"]
    assert match["SearchString"] == f"{{{{resolve:secretsmanager:{key}:SecretString:::}}}}"
    assert sent["HeaderValue"].startswith("{{resolve:secretsmanager:${EdgeKey")


# Edge


def test_pages_are_never_kept_hashed_assets_for_a_year_and_the_document_revalidated(dev):
    edge = dev["edge"]
    config = edge.one("CloudFront::Distribution")["DistributionConfig"]
    behaviors = {behavior["PathPattern"]: behavior for behavior in config["CacheBehaviors"]}
    assets, document = behaviors["/assets/*"], behaviors["/openapi.json"]
    kept = {
        name: resource["ResponseHeadersPolicyConfig"].get("CustomHeadersConfig", {"Items": []})[
            "Items"
        ]
        for name, resource in edge.all("CloudFront::ResponseHeadersPolicy").items()
    }

    def cache_control(behavior):
        policy = behavior["ResponseHeadersPolicyId"].strip("${}")
        return next(item["Value"] for item in kept[policy] if item["Header"] == "Cache-Control")

    assert config["DefaultCacheBehavior"]["CachePolicyId"] == DISABLED
    assert cache_control(config["DefaultCacheBehavior"]) == "no-cache, no-store, must-revalidate"
    assert cache_control(assets) == "public, max-age=31536000, immutable"
    assert cache_control(document) == "no-cache"
    assert document["CachePolicyId"] == DISABLED
    assert document["TargetOriginId"] == config["DefaultCacheBehavior"]["TargetOriginId"]
    policy = cache_policy(edge, assets)
    assert assets["CachePolicyId"].startswith("${CdnAssetCache")
    assert (policy["MinTTL"], policy["MaxTTL"]) == (31536000, 31536000)


def cache_policy(edge, behavior):
    policies = edge.all("CloudFront::CachePolicy")
    return policies[behavior["CachePolicyId"].strip("${}")]["CachePolicyConfig"]


def test_public_certificates_are_kept_for_five_minutes_by_their_path_alone(dev):
    from chalicelib.web.headers import SHARED

    edge = dev["edge"]
    config = edge.one("CloudFront::Distribution")["DistributionConfig"]
    (behavior,) = (
        found for found in config["CacheBehaviors"] if found["PathPattern"] == "/certificates/*"
    )
    (api,) = [origin for origin in config["Origins"] if "CustomOriginConfig" in origin]
    assert behavior["TargetOriginId"] == api["Id"]
    assert "OriginRequestPolicyId" not in behavior
    assert behavior["AllowedMethods"] == ["GET", "HEAD", "OPTIONS"]
    policy = cache_policy(edge, behavior)
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 300)
    assert f"public, max-age={policy['MaxTTL']}" == SHARED
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    policies = edge.all("CloudFront::ResponseHeadersPolicy")
    sent = policies[behavior["ResponseHeadersPolicyId"].strip("${}")]["ResponseHeadersPolicyConfig"]
    security = sent["SecurityHeadersConfig"]["ContentSecurityPolicy"]
    assert security["Override"] is False  # the page's own, which shows the badge


DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's own policy CachingDisabled
ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # AllViewerExceptHostHeader


def test_api_paths_go_to_the_api_uncached_with_every_header_and_method(dev):
    config = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]
    (api,) = [origin for origin in config["Origins"] if "CustomOriginConfig" in origin]
    behaviors = [
        cache_behavior
        for cache_behavior in config["CacheBehaviors"]
        if cache_behavior["TargetOriginId"] == api["Id"]
        and cache_behavior["PathPattern"] != "/certificates/*"
    ]

    assert {"/api/*", "/get-user", "/health", "/stream"} <= {
        behavior["PathPattern"] for behavior in behaviors
    }
    assert {behavior["CachePolicyId"] for behavior in behaviors} == {DISABLED}
    assert {behavior["OriginRequestPolicyId"] for behavior in behaviors} == {ALL_BUT_HOST}
    assert {len(behavior["AllowedMethods"]) for behavior in behaviors} == {7}
    assert api["DomainName"] == "abc123.execute-api.us-east-1.amazonaws.com"
    assert api["OriginPath"] == "/dev"
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert api["CustomOriginConfig"]["OriginReadTimeout"] == 30  # API Gateway gives up after 29


def test_errors_of_the_api_are_not_answered_with_the_console(dev):
    config = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]

    assert "CustomErrorResponses" not in config
    assert all(
        "FunctionAssociations" not in cache_behavior for cache_behavior in config["CacheBehaviors"]
    )
    (function,) = config["DefaultCacheBehavior"]["FunctionAssociations"]
    assert function["EventType"] == "viewer-request"


def test_pages_may_run_their_own_scripts_only_and_call_the_sign_in(dev):
    for policy in dev["edge"].all("CloudFront::ResponseHeadersPolicy").values():
        headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] == 31536000
        assert headers["ContentTypeOptions"] == {"Override": True}
        assert headers["FrameOptions"]["FrameOption"] == "DENY"
        csp = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
        assert "unsafe-inline" not in csp
        assert "frame-ancestors 'none'" in csp
        if not policy["ResponseHeadersPolicyConfig"]["Name"].endswith(("-api", "-certificates")):
            assert (
                "connect-src 'self' "
                "https://omnidata-dev-${AWS::AccountId}.auth.us-east-1.amazoncognito.com "
                "https://cognito-idp.us-east-1.amazonaws.com "
                "https://omni-media-dev-${AWS::AccountId}-us-east-1.s3.us-east-1.amazonaws.com;"
            ) in csp
            assert (
                "img-src 'self' data: blob: "
                "https://omni-media-dev-${AWS::AccountId}-us-east-1.s3.us-east-1.amazonaws.com;"
            ) in csp


def test_with_a_certificate_tls_1_3_is_the_floor(prod):
    config = prod["edge"].one("CloudFront::Distribution")["DistributionConfig"]

    assert config["Aliases"] == ["console.example.com"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.3_2025"
    assert config["ViewerCertificate"]["SslSupportMethod"] == "sni-only"


def test_without_one_it_is_cloudfronts_own_and_said_to_be(dev):
    config = dev["edge"].one("CloudFront::Distribution")["DistributionConfig"]
    reasons = {rule: reason for _, rule, reason in dev.acknowledged()}

    assert "ViewerCertificate" not in config
    assert "cannot be raised" in reasons["AwsSolutions-CFR4"]


def test_cloudfronts_own_parts_stand_in_its_region_wherever_the_stage_is(europe):
    regions = europe.regions()

    assert regions.pop("edge") == "us-east-1"
    assert set(regions.values()) == {"eu-west-1"}
    origins = europe["edge"].one("CloudFront::Distribution")["DistributionConfig"]["Origins"]
    assert any(
        origin["DomainName"] == "abc123.execute-api.eu-west-1.amazonaws.com" for origin in origins
    )
    assert europe["edge"].one("SecretsManager::Secret")["ReplicaRegions"] == [
        {"Region": "eu-west-1"}
    ]

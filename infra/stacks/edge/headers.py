"""Response headers policies of CloudFront: browser caching, and what a page may do."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

YEAR_S = 365 * 24 * 3600
SHARED_S = 300  # at most, of what the API lets any cache keep
FOREVER = f"public, max-age={YEAR_S}, immutable"
NEVER = "no-cache, no-store, must-revalidate"
REVALIDATE = "no-cache"  # by the ETag that S3 gives


def build_content_security_policy(sign_in: Sequence[str], buckets: Sequence[str]) -> str:
    """Scripts, styles and requests of the same origin; requests also to the origins of the sign-in.

    The origins of `buckets` are sent images and show them.
    """
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self' data:",
            " ".join(("img-src 'self' data: blob:", *buckets)),
            " ".join(("connect-src 'self'", *sign_in, *buckets)),
            "object-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def add_page_headers(
    scope: Construct, unit: str, *, name: str, policy: str, cache_control: str
) -> cloudfront.ResponseHeadersPolicy:
    """Security headers with the pages' CSP, and the Cache-Control of these files."""
    return cloudfront.ResponseHeadersPolicy(
        scope,
        unit,
        response_headers_policy_name=name,
        security_headers_behavior=_build_security_headers(policy),
        custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
            custom_headers=[
                cloudfront.ResponseCustomHeader(
                    header="Cache-Control", value=cache_control, override=True
                ),
                cloudfront.ResponseCustomHeader(
                    header="Permissions-Policy",
                    value="camera=(), geolocation=(), microphone=()",
                    override=True,
                ),
            ]
        ),
    )


def add_api_headers(
    scope: Construct, unit: str, *, name: str, has_policy: bool = False
) -> cloudfront.ResponseHeadersPolicy:
    """Security headers for API responses; the API sets Cache-Control and CORS itself.

    With `has_policy` its responses are pages with a Content-Security-Policy of their own.
    """
    return cloudfront.ResponseHeadersPolicy(
        scope,
        unit,
        response_headers_policy_name=name,
        security_headers_behavior=_build_security_headers(
            "default-src 'none'; frame-ancestors 'none'", override=not has_policy
        ),
    )


def _build_security_headers(
    policy: str, *, override: bool = True
) -> cloudfront.ResponseSecurityHeadersBehavior:
    return cloudfront.ResponseSecurityHeadersBehavior(
        content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
            content_security_policy=policy, override=override
        ),
        content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
        frame_options=cloudfront.ResponseHeadersFrameOptions(
            frame_option=cloudfront.HeadersFrameOption.DENY, override=True
        ),
        referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
            referrer_policy=cloudfront.HeadersReferrerPolicy.STRICT_ORIGIN_WHEN_CROSS_ORIGIN,
            override=True,
        ),
        strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
            access_control_max_age=cdk.Duration.seconds(YEAR_S),
            include_subdomains=True,
            override=True,
        ),
    )

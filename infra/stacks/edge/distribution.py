"""The CloudFront distribution: the console from its private bucket, and the API.

With a domain and its certificate the minimum is TLS 1.3. CloudFront's default certificate has a
fixed minimum of TLS 1.0.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.declared.stage_parts import Domain
from infra.stacks.edge import headers
from infra.stacks.shared.base import accept

FUNCTION_FILE = Path(__file__).parent / "single_page.js"
INDEX = "index.html"
DOCUMENT = "/openapi.json"
ASSETS = "/assets/*"  # files of the build with a hash in their names
CERTIFICATES = "/certificates/*"  # pages for anybody


class ConsoleDistribution(Construct):
    """Pages and API under one origin, so that the console needs no CORS."""

    def __init__(  # noqa: PLR0913 keyword-only: the parts of a distribution
        self,
        scope: Construct,
        unit: str,
        *,
        name: str,
        bucket: s3.IBucket,
        logs: s3.IBucket,
        web_acl_arn: str,
        api: cloudfront.IOrigin,
        api_patterns: Sequence[str],
        page_policy: str,
        domain: Domain | None,
    ) -> None:
        super().__init__(scope, unit)
        self._name = name
        self._page_policy = page_policy
        self._files = origins.S3BucketOrigin.with_origin_access_control(bucket)
        self._api = api
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=name,
            default_root_object=INDEX,
            default_behavior=self._build_page_behavior(),
            additional_behaviors={
                ASSETS: self._build_asset_behavior(),
                DOCUMENT: self._build_document_behavior(),
                **dict.fromkeys(api_patterns, self._build_api_behavior()),
                CERTIFICATES: self._build_certificate_behavior(),
            },
            web_acl_id=web_acl_arn,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            enable_logging=True,
            log_bucket=logs,
            log_file_prefix="cloudfront/",
            **self._build_domain_options(domain),
        )
        self.url = f"https://{domain.name if domain else self.distribution.domain_name}"
        self._accept_findings(domain)

    def _build_page_behavior(self) -> cloudfront.BehaviorOptions:
        """No caching: `index.html` and `config.json` change with every deploy."""
        single_page = cloudfront.Function(
            self,
            "SinglePage",
            code=cloudfront.FunctionCode.from_file(file_path=str(FUNCTION_FILE)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return self._build_behavior(
            self._files,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            response_headers_policy=self._add_page_headers("PageHeaders", "pages", headers.NEVER),
            function_associations=[
                cloudfront.FunctionAssociation(
                    function=single_page,
                    event_type=cloudfront.FunctionEventType.VIEWER_REQUEST,
                )
            ],
        )

    def _build_asset_behavior(self) -> cloudfront.BehaviorOptions:
        return self._build_behavior(
            self._files,
            cache_policy=cloudfront.CachePolicy(
                self,
                "AssetCache",
                cache_policy_name=f"{self._name}-assets",
                min_ttl=cdk.Duration.seconds(headers.YEAR_S),
                default_ttl=cdk.Duration.seconds(headers.YEAR_S),
                max_ttl=cdk.Duration.seconds(headers.YEAR_S),
                enable_accept_encoding_brotli=True,
                enable_accept_encoding_gzip=True,
            ),
            response_headers_policy=self._add_page_headers(
                "AssetHeaders", "assets", headers.FOREVER
            ),
        )

    def _build_document_behavior(self) -> cloudfront.BehaviorOptions:
        """Browsers keep the API's document, and ask each time whether it changed."""
        return self._build_behavior(
            self._files,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            response_headers_policy=self._add_page_headers(
                "DocumentHeaders", "document", headers.REVALIDATE
            ),
        )

    def _build_api_behavior(self) -> cloudfront.BehaviorOptions:
        """No caching; every viewer header except Host is forwarded."""
        return self._build_behavior(
            self._api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=headers.add_api_headers(
                self, "ApiHeaders", name=f"{self._name}-api"
            ),
        )

    def _build_certificate_behavior(self) -> cloudfront.BehaviorOptions:
        """Kept for as long as the API says: nothing of the viewer but the path is forwarded."""
        return self._build_behavior(
            self._api,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
            cache_policy=cloudfront.CachePolicy(
                self,
                "CertificateCache",
                cache_policy_name=f"{self._name}-certificates",
                min_ttl=cdk.Duration.seconds(0),
                default_ttl=cdk.Duration.seconds(0),
                max_ttl=cdk.Duration.seconds(headers.SHARED_S),
                enable_accept_encoding_brotli=True,
                enable_accept_encoding_gzip=True,
            ),
            response_headers_policy=headers.add_api_headers(
                self, "CertificateHeaders", name=f"{self._name}-certificates", has_policy=True
            ),
        )

    def _build_behavior(
        self, origin: cloudfront.IOrigin, **options: Any
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            compress=True,
            **options,
        )

    def _add_page_headers(
        self, unit: str, kind: str, cache_control: str
    ) -> cloudfront.IResponseHeadersPolicy:
        return headers.add_page_headers(
            self,
            unit,
            name=f"{self._name}-{kind}",
            policy=self._page_policy,
            cache_control=cache_control,
        )

    def _build_domain_options(self, domain: Domain | None) -> dict[str, Any]:
        if domain is None:
            return {}
        return {
            "domain_names": [domain.name],
            "certificate": acm.Certificate.from_certificate_arn(
                self, "Certificate", domain.certificate_arn
            ),
            "minimum_protocol_version": cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025,
        }

    def _accept_findings(self, domain: Domain | None) -> None:
        reasons = {"AwsSolutions-CFR1": "A team may sign in from any country it travels to."}
        if domain is None:
            reasons["AwsSolutions-CFR4"] = (
                "Without its own domain it has CloudFront's default certificate, whose minimum "
                "cannot be raised; with CONSOLE_DOMAIN and CERTIFICATE_ARN it is TLS 1.3."
            )
        accept(self.distribution, reasons)

"""The HTTP API for intake: a cheaper address for the routes that take most requests."""

import json

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.declared.access_logs import HTTP_ACCESS_LOG
from infra.declared.intake import (
    ALLOWED_HEADERS,
    AUTHORIZER,
    AUTHORIZER_TTL_S,
    DEFAULT_STAGE,
    EXPOSED_HEADERS,
    FORMAT,
    INTAKE_ROUTES,
    PEOPLE,
    PREFLIGHT_AGE_S,
    SENDERS,
)
from infra.declared.stages import Stage

TOKEN = "$request.header.Authorization"  # noqa: S105 where it is
TIMEOUT_MS = 30_000  # the most that an HTTP API waits


class IntakeApi(Construct):
    """The routes of INTAKE_ROUTES, which invoke the functions that Chalice makes, by their names.

    `origin` is the one that browsers may call from; `logs` take a line a request.
    """

    def __init__(
        self, scope: Construct, unit: str, *, stage: Stage, origin: str, logs: logs.ILogGroup
    ) -> None:
        super().__init__(scope, unit)
        self._stage = stage
        self._api = self._add_api(origin)
        self.id = self._api.ref
        self.url = f"https://{self.id}.execute-api.{stage.region}.amazonaws.com/"
        self._add_routes()
        self._add_stage(logs)

    def _add_api(self, origin: str) -> apigatewayv2.CfnApi:
        return apigatewayv2.CfnApi(
            self,
            "Api",
            name=f"{self._stage.function_prefix}-intake",
            protocol_type="HTTP",
            cors_configuration=apigatewayv2.CfnApi.CorsProperty(
                allow_origins=[origin],
                allow_methods=["OPTIONS", "POST"],
                allow_headers=list(ALLOWED_HEADERS),
                expose_headers=list(EXPOSED_HEADERS),
                max_age=PREFLIGHT_AGE_S,
            ),
        )

    def _add_routes(self) -> None:
        """Every route has an authorizer, whatever OPEN_INTAKE says."""
        integration = apigatewayv2.CfnIntegration(
            self,
            "Function",
            api_id=self.id,
            integration_type="AWS_PROXY",
            integration_uri=self._build_function_arn(self._stage.function_prefix),
            payload_format_version=FORMAT,
            timeout_in_millis=TIMEOUT_MS,
        )
        authorizers = {PEOPLE: self._add_people(), SENDERS: self._add_senders()}
        for number, route in enumerate(INTAKE_ROUTES):
            apigatewayv2.CfnRoute(
                self,
                f"Route{number}",
                api_id=self.id,
                route_key=route.key,
                target=f"integrations/{integration.ref}",
                authorization_type=route.authorization,
                authorizer_id=authorizers[route.authorization].ref,
            )
            function, where = self._stage.function_prefix, f"*/{route.method}{route.path}"
            self._allow_invocation(f"Invoke{number}", function, where)

    def _add_people(self) -> apigatewayv2.CfnAuthorizer:
        """The user pool's ID tokens, with `Bearer` before them or without."""
        pool, client = (self._import_output(name) for name in ("UserPoolId", "UserPoolClientId"))
        return apigatewayv2.CfnAuthorizer(
            self,
            "People",
            api_id=self.id,
            name="OmniCognito",
            authorizer_type="JWT",
            identity_source=[TOKEN],
            jwt_configuration=apigatewayv2.CfnAuthorizer.JWTConfigurationProperty(
                audience=[client],
                issuer=f"https://cognito-idp.{self._stage.region}.amazonaws.com/{pool}",
            ),
        )

    def _add_senders(self) -> apigatewayv2.CfnAuthorizer:
        """Tenants' keys, found by the function that the REST API asks too."""
        name = f"{self._stage.function_prefix}-{AUTHORIZER}"
        path = f"2015-03-31/functions/{self._build_function_arn(name)}/invocations"
        authorizer = apigatewayv2.CfnAuthorizer(
            self,
            "Senders",
            api_id=self.id,
            name=AUTHORIZER,
            authorizer_type="REQUEST",
            authorizer_uri=(
                f"arn:{cdk.Aws.PARTITION}:apigateway:{self._stage.region}:lambda:path/{path}"
            ),
            authorizer_payload_format_version=FORMAT,
            authorizer_result_ttl_in_seconds=AUTHORIZER_TTL_S,
            identity_source=[TOKEN],
        )
        self._allow_invocation("Authorize", name, f"authorizers/{authorizer.ref}")
        return authorizer

    def _add_stage(self, logs: logs.ILogGroup) -> None:
        throttle = self._stage.throttle
        apigatewayv2.CfnStage(
            self,
            "Stage",
            api_id=self.id,
            stage_name=DEFAULT_STAGE,
            auto_deploy=True,
            default_route_settings=apigatewayv2.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=throttle.rate_limit,
                throttling_burst_limit=throttle.burst_limit,
            ),
            access_log_settings=apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=logs.log_group_arn, format=json.dumps(HTTP_ACCESS_LOG)
            ),
        )

    def _allow_invocation(self, unit: str, function: str, where: str) -> None:
        """Let this API alone invoke the function, at `where` alone."""
        place = f"{self._stage.region}:{cdk.Aws.ACCOUNT_ID}"
        lambda_.CfnPermission(
            self,
            unit,
            action="lambda:InvokeFunction",
            function_name=function,
            principal="apigateway.amazonaws.com",
            source_arn=f"arn:{cdk.Aws.PARTITION}:execute-api:{place}:{self.id}/{where}",
        )

    def _build_function_arn(self, name: str) -> str:
        place = f"{self._stage.region}:{cdk.Aws.ACCOUNT_ID}"
        return f"arn:{cdk.Aws.PARTITION}:lambda:{place}:function:{name}"

    def _import_output(self, name: str) -> str:
        """An output of the auth stack, which has it whether or not there is this API."""
        return cdk.Fn.import_value(f"{self._stage.function_prefix}-{name}")

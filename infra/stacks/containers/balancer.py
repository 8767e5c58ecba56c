"""The load balancer: inside the network, reached by CloudFront's VPC origin alone."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elb
from constructs import Construct

from infra.declared.containers import HEALTH_PATH, PORT
from infra.declared.stage_parts import Domain
from infra.stacks.shared.base import accept
from infra.stacks.shared.buckets import add_log_bucket

HTTP, HTTPS = 80, 443
NETWORK = ec2.Vpc.DEFAULT_CIDR_RANGE  # of the stack's VPC: the load balancer's and the tasks'
IDLE_S = 60  # the gateway keeps connections for 65, so that it never closes one in use
DEREGISTRATION_S = 15  # as long as the API serves on after SIGTERM


class Balancer(Construct):
    """HTTPS with the certificate of `domain`, without one HTTP inside the network."""

    def __init__(
        self, scope: Construct, unit: str, *, name: str, vpc: ec2.IVpc, domain: Domain | None
    ) -> None:
        super().__init__(scope, unit)
        self._domain = domain
        self._port = HTTPS if domain else HTTP
        self.security_group = self._add_security_group(vpc)
        self.balancer = elb.ApplicationLoadBalancer(
            self,
            "Balancer",
            load_balancer_name=name,
            vpc=vpc,
            internet_facing=False,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_group=self.security_group,
            idle_timeout=cdk.Duration.seconds(IDLE_S),
            drop_invalid_header_fields=True,
        )
        logs = add_log_bucket(self, "AccessLogs")
        accept(logs, {"AwsSolutions-S1": "It holds access logs itself."})
        self.balancer.log_access_logs(logs)
        self.host = domain.name if domain else self.balancer.load_balancer_dns_name
        self.origin_id = self._add_origin(name).vpc_origin_id

    def forward_to(self, service: ecs.FargateService) -> elb.ApplicationTargetGroup:
        """Send the requests to the tasks of a service."""
        listener = self.balancer.add_listener(
            "Listener",
            port=self._port,
            open=False,
            protocol=elb.ApplicationProtocol.HTTPS if self._domain else None,
            ssl_policy=elb.SslPolicy.TLS13_RES if self._domain else None,
            certificates=[
                acm.Certificate.from_certificate_arn(
                    self, "Certificate", self._domain.certificate_arn
                )
            ]
            if self._domain
            else None,
        )
        return listener.add_targets(
            "Tasks",
            port=PORT,
            protocol=elb.ApplicationProtocol.HTTP,
            targets=[service],
            deregistration_delay=cdk.Duration.seconds(DEREGISTRATION_S),
            health_check=elb.HealthCheck(
                path=HEALTH_PATH,
                interval=cdk.Duration.seconds(10),
                timeout=cdk.Duration.seconds(5),
                healthy_threshold_count=2,
                unhealthy_threshold_count=2,
            ),
        )

    def _add_security_group(self, vpc: ec2.IVpc) -> ec2.SecurityGroup:
        group = ec2.SecurityGroup(
            self,
            "FromCloudFront",
            vpc=vpc,
            allow_all_outbound=False,
            description="The load balancer: CloudFront inside the network in, the tasks out",
        )
        # CloudFront's network interfaces have addresses of the network, which has no way in else.
        group.add_ingress_rule(
            ec2.Peer.ipv4(NETWORK), ec2.Port.tcp(self._port), "CloudFront's VPC origin"
        )
        return group

    def _add_origin(self, name: str) -> cloudfront.VpcOrigin:
        policy = cloudfront.OriginProtocolPolicy
        return cloudfront.VpcOrigin(
            self,
            "Origin",
            endpoint=cloudfront.VpcOriginEndpoint.application_load_balancer(self.balancer),
            vpc_origin_name=name,
            http_port=HTTP,
            https_port=HTTPS,
            protocol_policy=policy.HTTPS_ONLY if self._domain else policy.HTTP_ONLY,
            origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        )

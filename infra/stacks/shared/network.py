"""A network of tasks: public subnets, no NAT gateway, no inbound traffic from outside."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stacks.shared.logs import add_log_group

AVAILABILITY_ZONES = 2
HTTPS = 443
_ISOLATED = ec2.SubnetConfiguration(
    name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24
)


class TaskNetwork(Construct):
    """Seed 000: tasks reach SQS by public addresses, which cost less than a NAT gateway.

    S3 and DynamoDB are reached by gateway endpoints, which are free. `isolated`: with subnets that
    have no way in or out but inside the network.
    """

    def __init__(
        self, scope: Construct, unit: str, *, description: str, isolated: bool = False
    ) -> None:
        super().__init__(scope, unit)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=AVAILABILITY_ZONES,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Public",
                    subnet_type=ec2.SubnetType.PUBLIC,
                    cidr_mask=24,
                    map_public_ip_on_launch=False,  # the service assigns addresses
                ),
                *([_ISOLATED] if isolated else []),
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(
                    service=ec2.GatewayVpcEndpointAwsService.DYNAMODB
                ),
            },
        )
        self._log_refused_traffic()
        self.security_group = ec2.SecurityGroup(
            self,
            "OnlyOut",
            vpc=self.vpc,
            allow_all_outbound=False,
            description=description,
        )
        self.security_group.add_egress_rule(
            ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "AWS's own endpoints"
        )

    def _log_refused_traffic(self) -> None:
        group: logs.ILogGroup = add_log_group(self, "FlowLogs")
        self.vpc.add_flow_log(
            "Refused",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )

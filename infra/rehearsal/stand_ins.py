"""The shimmed emulator with stand-ins for the resources that it does not know.

`python -m infra.rehearsal.stand_ins` takes the stacks' templates whole: what is listed here
is recorded and does nothing. The alarms are among them, since it knows no metric math.
"""

from typing import Any

from infra.local.emulator import chalice_shim

TYPES = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Athena::NamedQuery",
    "AWS::CloudWatch::Alarm",
    "AWS::EC2::FlowLog",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::WAFv2::WebACLAssociation",
)


def create(logical_id: str, _properties: Any, stack_name: str) -> tuple[str, dict[str, str]]:
    """A physical id and attributes, by the emulator's own convention."""
    name = f"{stack_name}-{logical_id}"
    return name, {"Arn": f"arn:aws:stand-in:::{name}"}


def update(physical_id: str, *_: Any, **__: Any) -> tuple[str, dict[str, str]]:
    """The same again."""
    return physical_id, {}


def delete(_physical_id: str, _properties: Any) -> None:
    """There is nothing to delete."""


def main() -> None:
    """Be the emulator, shimmed and with stand-ins, until SIGTERM."""
    from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]  # noqa: PLC0415 it reads its environment while it is imported

    stand_in = {"create": create, "update": update, "delete": delete}
    provisioners._RESOURCE_HANDLERS |= dict.fromkeys(TYPES, stand_in)  # noqa: SLF001 its version is pinned
    chalice_shim.main()


if __name__ == "__main__":
    main()

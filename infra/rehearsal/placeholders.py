"""Runs the shimmed emulator with placeholders for resource types that it does not support.

`python -m infra.rehearsal.placeholders` accepts the stacks' whole templates: resources of the types
listed here are recorded only. Alarms are listed, since the emulator has no metric math.
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
    "AWS::XRay::SamplingRule",
)


def create(logical_id: str, _properties: Any, stack_name: str) -> tuple[str, dict[str, str]]:
    """Return a physical id and attributes, as the emulator's provisioners do."""
    name = f"{stack_name}-{logical_id}"
    return name, {"Arn": f"arn:aws:placeholder:::{name}"}


def update(physical_id: str, *_: Any, **__: Any) -> tuple[str, dict[str, str]]:
    """Change nothing."""
    return physical_id, {}


def delete(_physical_id: str, _properties: Any) -> None:
    """Delete nothing."""


def main() -> None:
    """Run the emulator until SIGTERM."""
    from ministack.services.cloudformation import provisioners  # type: ignore[import-untyped]  # noqa: PLC0415 it reads its environment while it is imported

    placeholder = {"create": create, "update": update, "delete": delete}
    provisioners._RESOURCE_HANDLERS |= dict.fromkeys(TYPES, placeholder)  # noqa: SLF001 its version is pinned
    chalice_shim.main()


if __name__ == "__main__":
    main()

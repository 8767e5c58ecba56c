"""Judges a template that no stack here made: `python -m infra.stacks.included TEMPLATE FOLDER`.

cdk-nag leaves its report in FOLDER; nothing is accepted here.
"""

import os
import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import cloudformation_include
from cdk_nag import AwsSolutionsChecks

from infra.declared.stages import DEV

NOT_VALID = "Validation failed"  # how the CDK ends when there are findings


def judge(template: Path, folder: Path) -> None:
    """Raises what the CDK raises for a template that it cannot read."""
    os.environ.setdefault("AWS_DEFAULT_REGION", DEV.region)
    app = cdk.App(outdir=str(folder), analytics_reporting=False)
    stack = cdk.Stack(app, "Included", env=cdk.Environment(region=DEV.region))
    cloudformation_include.CfnInclude(stack, "Template", template_file=str(template))
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth()
    except RuntimeError as refused:
        if NOT_VALID not in str(refused):
            raise


if __name__ == "__main__":
    judge(Path(sys.argv[1]), Path(sys.argv[2]))

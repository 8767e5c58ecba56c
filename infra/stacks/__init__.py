"""The CDK stacks beside Chalice: one construct per file; a stack only composes and grants."""

import os

# Node 20 is supported here; jsii, started by importing aws_cdk, prints an end-of-life warning.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

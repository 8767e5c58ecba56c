"""The AWS add-on beside Chalice: one construct a file, and stacks that only compose them."""

import os

# Node 20 serves; jsii, which starts when aws_cdk is imported, would print a page about its age.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

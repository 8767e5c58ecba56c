"""The deployment of the application by Chalice, before and after the CDK stacks."""

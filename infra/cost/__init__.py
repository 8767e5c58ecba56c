"""The product's cost on AWS by traffic, compared with the seeds': `python -m infra.cost`."""

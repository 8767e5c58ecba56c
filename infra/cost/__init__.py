"""What the product costs on AWS by traffic, beside what the seeds claim: `python -m infra.cost`."""

"""The edge stack: the console's bucket and CloudFront distribution."""

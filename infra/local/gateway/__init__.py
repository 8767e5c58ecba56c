"""API Gateway and CloudFront on a laptop: tokens, keys, usage plan, sizes, pages."""

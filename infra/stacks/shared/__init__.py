"""What several stacks share: naming, outputs, buckets, log groups and the web ACL."""

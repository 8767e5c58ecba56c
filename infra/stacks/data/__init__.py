"""The data stack: tables, queues, streams, topics, buckets and secrets."""

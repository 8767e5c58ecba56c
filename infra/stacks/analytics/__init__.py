"""The analytics stack: the search archive as a table for Athena."""

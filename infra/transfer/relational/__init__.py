"""The same data as a relational schema, for PostgreSQL."""

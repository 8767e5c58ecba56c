"""Templates: texts with fields, shared by all publishers, of which messages are made."""

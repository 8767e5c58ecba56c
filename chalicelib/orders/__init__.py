"""Orders: accepted at once, stored from a queue, announced from the table's stream (seed 003)."""

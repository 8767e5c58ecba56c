"""Records: one free-form item a user, found by its `user_id` (seeds 000 and 001)."""

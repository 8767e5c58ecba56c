"""Messages as files: many taken in at once, and written out; and what is done with many at once."""

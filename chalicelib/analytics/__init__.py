"""Analytics of searches: the archive that the worker writes, and reports over it."""

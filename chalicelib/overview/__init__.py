"""What the console asks of all workloads at once: who am I, how is everything, what is this id."""

"""The scaffold of a new workload: `make workload NAME=feedback`."""

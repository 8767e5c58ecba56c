"""The commands of `omni`, a module a workload."""

"""The local system: `python -m infra.local` runs all of OmniData on this machine."""

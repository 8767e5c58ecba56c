"""What operators ask of the running system."""

"""What an account needs before a deployment, looked at without a change: `make doctor`."""

"""How `omni` gets an ID token: from the local system, by Cognito, or from the environment."""

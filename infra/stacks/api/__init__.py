"""The api stack: firewall, usage plan and account settings of the REST API."""

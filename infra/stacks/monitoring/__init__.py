"""The monitoring stack: alarms, their topic and the dashboard."""

"""The app in containers: the API behind a load balancer, and the event sources and schedule."""

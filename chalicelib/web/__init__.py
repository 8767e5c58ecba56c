"""The HTTP edge: requests in, responses and named errors out, and their OpenAPI document."""

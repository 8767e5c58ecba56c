"""The two routes on Powertools for AWS Lambda."""

import json
from decimal import Decimal

import backend
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig

app = APIGatewayRestResolver(
    cors=CORSConfig(allow_origin="*"), serializer=lambda body: json.dumps(body, default=float)
)


@app.post("/stream")
def stream():
    """Add a record."""
    backend.put(json.loads(app.current_event.body, parse_float=Decimal))
    return {"message": "User added successfully!"}


@app.get("/get-user")
def get_user():
    """Find a record."""
    return backend.get(app.current_event.query_string_parameters["user_id"])


def handler(event, context):
    """Answer the two routes."""
    return app.resolve(event, context)

"""The two routes on Chalice as it comes."""

import backend
from chalice import Chalice, CognitoUserPoolAuthorizer

handler = app = Chalice(app_name="bare")
signed_in = CognitoUserPoolAuthorizer("pool", provider_arns=["arn"])


@app.route("/stream", methods=["POST"], authorizer=signed_in, cors=True)
def stream():
    """Add a record."""
    backend.put(app.current_request.json_body)
    return {"message": "User added successfully!"}


@app.route("/get-user", methods=["GET"], authorizer=signed_in, api_key_required=True, cors=True)
def get_user():
    """Find a record."""
    return backend.get(app.current_request.query_params["user_id"])

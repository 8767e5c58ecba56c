"""A botocore client that answers the calls of the two routes at once."""

ITEM = {
    "user_id": {"S": "ada@example.org"},
    "name": {"S": "Ada Lovelace"},
    "age": {"N": "36"},
    "score": {"N": "98.6"},
    "active": {"BOOL": True},
    "tags": {"L": [{"S": "math"}, {"S": "engines"}]},
    "_omni": {"M": {"created_by": {"S": "u-1"}, "version": {"N": "1"}}},
}


class Client:
    """Takes every parameter and looks at none."""

    def get_item(self, **_parameters):
        return {"Item": ITEM}

    def put_item(self, **_parameters):
        return {}

    def update_item(self, **_parameters):
        return {"Attributes": {}, "ResponseMetadata": {"RetryAttempts": 0}}

    def send_message(self, **_parameters):
        return {"MessageId": "0a1b2c3d-0000-4000-8000-000000000000"}

"""A loopback endpoint with fixed responses for DynamoDB, SQS and posts to a page."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESPONSES = {
    "GetItem": b'{"Item":{"user_id":{"S":"ada@example.org"},"name":{"S":"Ada Lovelace"},'
    b'"age":{"N":"36"},"score":{"N":"98.6"},"tags":{"L":[{"S":"math"},{"S":"engines"}]},'
    b'"_omni":{"M":{"created_by":{"S":"u-1"},"created_at":{"S":"2026-01-01T00:00:00Z"},'
    b'"updated_at":{"S":"2026-01-01T00:00:00Z"},"version":{"N":"1"}}}}}',
    "PutItem": b"{}",
    "UpdateItem": b'{"Attributes":{}}',
    "BatchWriteItem": b'{"UnprocessedItems":{}}',
    "": b'{"id":"1_2"}',  # no operation of AWS's, but a post to a Facebook page
    "SendMessage": b'{"MessageId":"0a1b2c3d-0000-4000-8000-000000000000",'
    b'"MD5OfMessageBody":"d41d8cd98f00b204e9800998ecf8427e"}',
}


class Server(ThreadingHTTPServer):
    """Takes many connections at once: one that is not taken is tried again a second later."""

    daemon_threads = True
    request_queue_size = 128


@contextmanager
def endpoint(wait_s: float = 0.0, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of a running endpoint, which lets each call wait for so long."""
    server = Server(("127.0.0.1", 0), _handler(wait_s))
    if tls is not None:
        # The handshake is the handler's thread's, at its first read.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(wait_s: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet a response: no waiting between Nagle and a delayed ACK

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            time.sleep(wait_s)
            response = _respond(self.headers.get("X-Amz-Target", "").rpartition(".")[2], body)
            self.send_response(200)
            self.send_header("Content-Type", self.headers["Content-Type"])
            self.send_header("Content-Length", str(len(response)))
            self.end_headers()
            self.wfile.write(response)

        def log_message(self, *_arguments):
            pass

    return Handler


def _respond(operation: str, body: bytes) -> bytes:
    if operation == "BatchExecuteStatement":  # an insert each, and all of them new
        return json.dumps({"Responses": [{} for _ in json.loads(body)["Statements"]]}).encode()
    return RESPONSES[operation]

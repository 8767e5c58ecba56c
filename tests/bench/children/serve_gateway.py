"""Serves `open_api` by the local gateway: `serve_gateway.py <root>`; prints its port."""

import sys
from pathlib import Path


def main():
    sys.path += [sys.argv[1], str(Path(__file__).parents[1] / "handlers")]
    from open_api import app

    from infra.declared.kinds import UsagePlan
    from infra.local.gateway.gateway import Gateway
    from infra.local.gateway.server import Server
    from infra.local.gateway.tokens import Keys, Verifier
    from infra.local.gateway.usage import Usage

    keys = Keys("http://127.0.0.1:9/never-asked")  # no route here asks for a token
    gateway = Gateway(
        app,
        verifier=Verifier(keys, issuer="bench", audience="bench"),
        usage=Usage(["bench"], UsagePlan()),
        stage="local",
    )
    server = Server(("127.0.0.1", 0), gateway)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()

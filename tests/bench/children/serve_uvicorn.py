"""Serves `open_fastapi` by uvicorn: `serve_uvicorn.py <loop> <http>`; prints its port."""

import sys
from pathlib import Path

import uvicorn


class Server(uvicorn.Server):
    """uvicorn's own way to listen: a socket handed to it would be left with Nagle's delay."""

    async def startup(self, sockets=None):
        await super().startup(sockets)
        sys.stdout.write(f"{self.servers[0].sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()


def main():
    sys.path.append(str(Path(__file__).parents[1] / "handlers"))
    loop, http = sys.argv[1:]
    config = uvicorn.Config(
        "open_fastapi:app", port=0, loop=loop, http=http, access_log=False, log_level="warning"
    )
    Server(config).run()


if __name__ == "__main__":
    main()

"""The two routes on FastAPI behind Mangum, as seed 002 runs its API."""

from typing import Any

import backend
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from mangum import Mangum

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"])


@app.post("/stream")
async def stream(item: dict[str, Any]) -> dict[str, str]:
    """Add a record."""
    backend.put(item)
    return {"message": "User added successfully!"}


@app.get("/get-user")
async def get_user(user_id: str) -> dict[str, Any]:
    """Find a record."""
    found: dict[str, Any] = backend.get(user_id)
    return found


handler = Mangum(app, lifespan="off")

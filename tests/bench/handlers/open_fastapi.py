"""The same two routes on FastAPI."""

from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel


class Up(BaseModel):
    """The answer of /health."""

    status: str
    stage: str
    version: str


class Echo(BaseModel):
    """What was sent, and how many attributes it has."""

    user_id: str
    attributes: int
    item: dict[str, Any]


app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"])


@app.get("/health")
async def health() -> Up:
    """Say that this is up."""
    return Up(status="ok", stage="local", version="1.0.0")


@app.post("/echo")
async def echo(item: dict[str, Any]) -> Echo:
    """Give the item back."""
    return Echo(user_id=item["user_id"], attributes=len(item), item=item)

"""OmniData's domain logic; `app.py` is its table of contents."""

__version__ = "0.1.0"

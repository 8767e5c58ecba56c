"""The pipeline stack: builds and deploys after a push."""

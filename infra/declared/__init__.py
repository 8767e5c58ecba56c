"""What exists on every stage, as plain data; everything else under `infra` is made from it."""

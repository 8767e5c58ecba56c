"""Moving a stage's data out and in: to files, to PostgreSQL, to another stage."""

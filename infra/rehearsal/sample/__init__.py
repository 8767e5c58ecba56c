"""A Chalice project for rehearsals."""

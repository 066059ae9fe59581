"""The case database: rows, migrations and repositories; the only package that speaks SQL."""

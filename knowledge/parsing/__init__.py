"""From plain text to clauses: notices and laws; no file formats here."""

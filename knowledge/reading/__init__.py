"""From files to plain text, one module a format, all of them distrustful; no clauses here."""

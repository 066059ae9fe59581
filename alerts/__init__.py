"""Who is told, when, and who next: the ladder, the courier and its limiter; no conversation."""

"""Answers from the directives with their clauses; nothing here can name a child."""

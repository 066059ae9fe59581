"""Commands of design.md §5: each parses words, calls one use case and prints the result."""

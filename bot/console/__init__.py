"""The console script: each command parses words, calls one use case and prints the result."""

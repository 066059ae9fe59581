"""The shared case record: people, areas, children, visits, cases, and who may see what."""

"""The words every package shares: standard library only, and no idea of chat, form or case."""

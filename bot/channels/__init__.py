"""Channels: each reads its own updates into turns and speaks payloads; no conversation here."""

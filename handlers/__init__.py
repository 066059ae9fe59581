"""Conversations, one a file: a turn in, replies out; every sentence the bot says is in locales."""

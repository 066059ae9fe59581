"""The console script `tongban`; commands live in bot.console, one module a group."""

from __future__ import annotations

from bot.console import app


def main() -> None:
    """Run one command."""
    app.run()


if __name__ == "__main__":
    main()

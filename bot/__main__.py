"""`python -m bot`, the same as the command `tiexin`."""

from bot.cli import app


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()

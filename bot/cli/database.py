"""The command that moves all that is kept into another database."""

from __future__ import annotations

import asyncio

import click

from bot.cli.options import log_errors


@click.command()
@click.argument("from_", metavar="FROM")
@click.argument("to")
def move(from_: str, to: str) -> None:
    """Copy all that the database FROM holds into TO, which must be new: a file, or postgresql://…

    Stop Verbatim first. FROM stays as it is.
    """
    from bot.store.engine.copying import (
        move as move_database,  # loads SQLAlchemy, which others need not wait
    )

    log_errors()
    moved = asyncio.run(move_database(from_, to))
    for table, rows in sorted(moved.items()):
        if rows:
            click.echo(f"{rows:>9,} {table}")
    click.echo(
        f"{sum(moved.values()):>9,} rows in all are moved. Name the new database in "
        "VERBATIM_DATABASE, and start Verbatim again."
    )


COMMANDS = (move,)

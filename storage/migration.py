"""Bringing the tables to the shape that this version knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade the tables to `revision`, in one transaction: processes that start together wait."""
    with database.migrating() as connection:
        command.upgrade(_config(connection), revision)


def revision(connection: Connection) -> str:
    """Return the revision of the tables as they are."""
    found = MigrationContext.configure(connection).get_current_revision()
    assert found is not None
    return found


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config

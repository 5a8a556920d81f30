"""Bringing the tables to the shape that this version knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Database

_log = structlog.get_logger()

_SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade the tables to `revision`, in one transaction: processes that start together wait.

    Tables that a newer version has upgraded are left as they are. Changes only add, so this version
    works on them while hosts are replaced one after another, and when an upgrade is taken back.
    """
    with database.migrating() as connection:
        config = _config(connection)
        if _is_newer(connection, config):
            _log.warning("the tables are of a newer version")
            return
        command.upgrade(config, revision)


def _is_newer(connection: Connection, config: Config) -> bool:
    known = {each.revision for each in ScriptDirectory.from_config(config).walk_revisions()}
    return not known.issuperset(MigrationContext.configure(connection).get_current_heads())


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

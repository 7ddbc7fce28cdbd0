"""Up to when the log does not tell whether a transaction came as what was left of it: earlier releases did not note that.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table: only note the instant of the last line that an earlier release wrote."""
    connection = op.get_bind()
    last = connection.execute(sa.text('SELECT max(at) FROM txn_log')).scalar_one()
    if last is not None:
        connection.execute(sa.text("INSERT INTO meta (key, value) VALUES ('forms_untold_through', :at)"), {'at': str(last)})

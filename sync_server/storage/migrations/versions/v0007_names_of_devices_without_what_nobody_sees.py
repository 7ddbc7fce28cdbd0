"""What devices said of themselves, without what cannot be printed: PostgreSQL keeps no NUL, and earlier releases kept what came.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table: only rows that an earlier release wrote."""
    connection = op.get_bind()
    for id_, *said in connection.execute(sa.text('SELECT id, name, platform FROM device')).all():
        name, platform = (''.join(filter(str.isprintable, text)) for text in said)
        if [name, platform] != said:
            values = {'id': id_, 'name': name, 'platform': platform}
            connection.execute(sa.text('UPDATE device SET name = :name, platform = :platform WHERE id = :id'), values)

"""Types as steps name them; a step must mean the same for ever, whatever becomes of the types of today."""

import sqlalchemy as sa

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

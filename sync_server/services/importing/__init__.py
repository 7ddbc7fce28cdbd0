"""Importing one's own customers: files are read, rows mapped and checked, duplicates found and a plan made. Nothing here writes."""

from sync_server.services.importing.comparing import Compared, Difference, changes, compare, concerned
from sync_server.services.importing.model import ImportRow, LeftOut, Parsed, RefusedRow, Remark
from sync_server.services.importing.planning import Duplicate, ImportPlan, Planned, Reason, plan_import
from sync_server.services.importing.reading import read_customers

__all__ = [
    "Compared",
    "Difference",
    "Duplicate",
    "ImportPlan",
    "ImportRow",
    "LeftOut",
    "Parsed",
    "Planned",
    "Reason",
    "RefusedRow",
    "Remark",
    "changes",
    "compare",
    "concerned",
    "plan_import",
    "read_customers",
]

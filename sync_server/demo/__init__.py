"""The demo organisation: a wholesaler of bakery equipment with a year of work behind it.

A pure generator: nothing is read but its own data files.
"""

from sync_server.demo.generate import demo_records
from sync_server.demo.organisation import DEMO_LOGINS, DemoLogin
from sync_server.demo.seeds import DemoRecord

__all__ = ["DEMO_LOGINS", "DemoLogin", "DemoRecord", "demo_records"]

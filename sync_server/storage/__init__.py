"""The server's database: tables, records, the change feed."""

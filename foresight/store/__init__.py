"""The archive (DuckDB), its generations, and the ledger (SQLite)."""

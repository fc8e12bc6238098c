"""The gateway's storage and the embedded core store, on SQLite and PostgreSQL alike."""

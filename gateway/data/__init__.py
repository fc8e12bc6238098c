"""Data that ships with the gateway."""

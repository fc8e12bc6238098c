"""Nouns: what the product is about, as frozen data and pure rules; nothing here knows of HTTP, SQL or a clock."""

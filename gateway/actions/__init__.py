"""Verbs: one file, one thing the product does; each loads, decides by the pure rules of `domain` and `form`, stores."""

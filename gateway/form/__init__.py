"""What we ask: the form, once, as data that the form page, the API and every bot draw."""

"""Messenger platforms that cannot be here: strict servers on loopback which speak each platform's API."""

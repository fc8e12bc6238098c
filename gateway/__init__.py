"""Otklik: the front door of a public feedback platform."""

from importlib.metadata import version

__version__ = version("otklik")

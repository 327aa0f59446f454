"""Selfcare: finds what is wrong with a home Internet connection, says whose side it is, and mends what it can."""

__version__ = "0.1.0"

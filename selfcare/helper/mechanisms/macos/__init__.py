"""How changes are made on macOS.

Settings of services go through SCPreferences; what lasts only a moment, through fixed tools. Nothing here has run on a
Mac: docs/platforms.md.
"""

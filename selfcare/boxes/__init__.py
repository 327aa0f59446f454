"""Box drivers: our own thin asyncio clients behind ports split by capability. See docs/design/boxes.md.

A driver knows one family's protocol and units, and nothing of the check, of consent or of storage.
"""

"""Windows: the calls of iphlpapi, wlanapi and winhttp, the registry, and the reading of what they give.

``structures``, ``adapters``, ``tables`` and ``assemble`` read bytes and dictionaries only and
run anywhere; ``calls`` and ``registry`` are the only files that touch the system.
"""

"""What a guide may ask somebody who can tell, and what it may have done: names, arguments, where an answer is offered.

``selfcare.app.guides`` has one function for each; a test holds the two together. An argument that ends in ``?`` may
be left out. What cannot tell says ``unknown``: it is no pass.
"""

from __future__ import annotations

from collections.abc import Mapping

TESTS: Mapping[str, tuple[str, ...]] = {
    # -- the box, by its own reading -----------------------------------------------------------------
    "box.paired": (),
    "box.guest_is": ("on", "name?"),
    "box.wifi_is": ("on?", "name?", "channel?", "band?"),
    "box.parental_is": ("device", "rule"),
    "box.forward_is": ("port", "protocol", "device"),
    "box.forward_free": ("port", "protocol", "device?"),  # no: another device has it; who, is said
    "box.port_allowed": ("port",),  # no: outside the range of a shared IPv4 address
    "box.ports_mine": (),  # yes: some ports of a shared IPv4 address are this line's; no: none of it, or all
    "box.reservation_is": ("device", "address?"),
    "box.ipv4_own": (),  # yes: a public IPv4 address of the line's own; no: shared, or behind another router
    "box.ipv4_double": (),  # yes: the box itself stands behind another router
    "box.restarted": (),  # since this step began
    "box.line_up": (),  # light, admission, sync, as far as the box tells
    "box.session_up": (),
    "box.dsl_sound": (),  # margin and errors within the thresholds of the diagnosis
    "box.light_sound": (),  # received optical power within the limits
    "box.steady": (),  # no drop of the line and no restart within a day
    "box.device_seen": ("device",),  # the box has it among its active devices
    "box.tv_seen": (),  # a decoder is there and runs
    "box.phone_ready": (),  # the line is registered and the handset is not off the hook
    # -- this PC ---------------------------------------------------------------------------------------
    "pc.listens": ("port", "protocol"),  # a program here waits on that port
    "pc.lets_in": ("port", "protocol"),  # its firewall lets that in, as far as it can be read
    "pc.address_automatic": (),
    "pc.joined": ("name",),  # it is in that Wi-Fi
    "pc.by_cable": (),
    "pc.vpn_up": (),
    "pc.proxy_set": (),
    "pc.resolver_is": ("address",),
    # -- the home and beyond ----------------------------------------------------------------------------
    "home.answers": ("device", "port?", "protocol?"),  # that machine answers (on that port) from this PC
    "home.address_free": ("address",),
    "out.port_open": ("port", "protocol"),  # by somebody outside; unknown where the profile names nobody who looks
    "fact": ("name",),  # a fact of the diagnosis, measured anew by the probes that answer it
    "check.healthy": (),  # a whole check (a few seconds): everything works
    "check.without": ("codes",),  # a whole check: none of these codes (separated by a comma) is found
}
"""The tests, by name."""

SHOWS: Mapping[str, tuple[str, ...]] = {
    "box.identity": (), "box.wifi": (), "box.guest": (), "box.parental": (), "box.forwards": (), "box.reservations": (),
    "box.hosts": (), "box.line": (), "box.address": (), "box.tv": (), "box.phone": (),
    "pc.address": (), "pc.link": (), "pc.resolvers": (), "check.last": (),
}  # fmt: skip
"""What can be told of the present state (``shows``): lines, and no judgement."""

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "box.guest": ("on", "name?", "key?", "hours?"),
    "box.wifi": ("on?", "name?", "key?", "channel?", "width?", "band?"),
    "box.parental": ("device", "rule", "hours?", "timetable?"),
    "box.forward": ("port", "protocol", "device", "to?", "name?"),
    "box.forward_remove": ("port", "protocol?"),
    "box.reservation": ("device", "address?"),
    "box.reservation_remove": ("device",),
    "box.reboot": (),
    "fix": ("remedy",),  # one remedy of the repair, by hand
}
"""What can be done, by name. Each: proposed, consented, journalled, proved, put back."""

SUGGESTIONS: Mapping[str, str] = {
    "key": "network_key",  # a good key that can be read out
    "this_pc": "device",
    "devices": "device",  # those the box knows
    "free_address": "address",
    "guest_name": "network_name",
    "now_name": "network_name",
    "free_channel": "channel",  # the emptiest of the band, by what this PC hears, where that is a clear gain
}
"""What may be offered for an answer, and the kind of answer it is for."""

GESTURES = ("pair", "check", "repair", "box", "settings", "deep", "ticket")
"""``pair``: to be let in by the box; ``deep``: the long check with its measured rate; the rest are pages."""

FAMILIES = ("freebox", "livebox", "sfr", "bbox", "fritz", "igd", "natpmp", "legacy")
OPERATORS = ("free", "orange", "sfr", "bouygues")
ACCESSES = ("dsl", "fibre", "cable", "cellular")
SYSTEMS = ("windows", "macos", "linux")
CAPABILITIES = ("set_wifi", "set_guest", "set_parental", "set_forwards", "set_reservations", "reboot")

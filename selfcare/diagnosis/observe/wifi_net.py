"""Facts about the network itself: whether this PC is in one, who refused it, and whose it is."""

from __future__ import annotations

from selfcare.diagnosis import thresholds, wifi_limits
from selfcare.diagnosis.observe import wifi_air, wifi_names, wifi_past
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.diagnosis.observe.wifi_air import LINK
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.tri import Tri
from selfcare.model.wifi import Link, RadioState, Security, WifiEvent

_OFF = (RadioState.SOFT_OFF, RadioState.HARD_OFF, RadioState.DISABLED)
_BARE = (Security.OPEN, Security.WEP)


def carries(view: View) -> Drawn:
    """Whether the way to the box goes through the air. A cable that carries the traffic clears the Wi-Fi of this PC."""
    seen, told = view.get("link.interfaces", LinkPayload), wifi_air.payload(view)
    table = view.get("route.table", RoutePayload)
    if seen is None:
        if told is not None and told.default:
            yield "wifi_carries", Tri.YES, LINK
        return
    owner = seen.get(table.owner4) if table is not None else None
    adapter = owner if owner in seen.physical else seen.get(seen.primary)
    if adapter is None:
        return
    air = adapter.kind is InterfaceKind.WIFI
    if air and told is not None and not told.default:
        return  # the two disagree on who carries it
    yield "wifi_carries", Tri.of(air), "link.interfaces"
    yield "wifi_only_way", Tri.of(air and all(i.kind is InterfaceKind.WIFI for i in seen.physical)), "link.interfaces"


def joining(view: View) -> Drawn:
    """Radio and association. A radio that is off is the adapter being off, whatever the adapter's own switch says."""
    told = wifi_air.payload(view)
    if told is None:
        return
    reading = told.reading
    if reading.radio is not None and reading.radio.state is not RadioState.UNKNOWN:
        off = reading.radio.state in _OFF
        yield "wifi_radio_on", Tri.of(not off), LINK
        if off and view.tri("link_up") is Tri.NO and _only_radio(view):
            yield "adapter_enabled", Tri.NO, LINK
            if view.tri("wifi_only_way") is Tri.YES:
                yield "every_adapter_off", Tri.YES, LINK
    yield "wifi_joined", Tri.of(reading.link is not None), LINK
    # Beside a cable that carries the traffic nobody waits for it.
    beside = view.tri("wifi_carries") is Tri.NO and view.tri("link_up") is Tri.YES
    yield "wifi_joining", Tri.of(reading.link is None and reading.joining and not beside), LINK
    if reading.link is None and reading.known_names is not None:
        yield "wifi_known_in_sight", _known_in_sight(view, reading.known_names), wifi_air.source(view)


def _known_in_sight(view: View, known: tuple[str, ...]) -> Tri:
    """Who was heard is there; who was not is only missing from a search of this moment.

    Too far to be joined, or known and not of the home (a public network, a phone): neither there nor missing.
    """
    heard = [b for b in wifi_air.in_sight(view) if b.ssid in known]
    homes = wifi_names.homes(known)
    if any(b.ssid in homes and (b.rssi_dbm is None or b.rssi_dbm >= wifi_limits.JOINABLE_DBM) for b in heard):
        return Tri.YES
    return Tri.NO if not heard and wifi_air.searched(view) else Tri.UNKNOWN


def _only_radio(view: View) -> bool:
    """Of two Wi-Fi adapters only one was read: that it is off says nothing of the other."""
    seen = view.get("link.interfaces", LinkPayload)
    return seen is None or sum(i.kind is InterfaceKind.WIFI for i in seen.physical) <= 1


def refused(view: View) -> Drawn:
    """Tries to join that failed by the key, with nothing joined since."""
    told = wifi_air.payload(view)
    if told is None or told.reading.link is not None or not told.reading.events:
        return
    every = [e for e in wifi_past.refusals(told.reading.events) if not _elsewhere(view, e)]
    if not every and wifi_past.refusals(told.reading.events):
        return
    tries = [e for e in every if wifi_past.key_refused(e)]
    # Refused for another reason, or for none that was told: nobody knows what the key would have done.
    if tries or not every:
        yield "wifi_auth_refused", Tri.of(bool(tries)), LINK
    if not tries:
        return
    view.number("wifi_refusals", len(tries), "", LINK)
    yield "wifi_refused_often", Tri.of(len(tries) > 1), LINK
    heard = {b.bssid.lower(): b.rssi_dbm for b in wifi_air.in_sight(view)}
    signal = heard.get((tries[-1].bssid or "").lower())
    if signal is not None:
        # Too weak a signal breaks a handshake as a wrong password does.
        yield "wifi_refuser_near", Tri.of(signal >= thresholds.RSSI_WEAK_DBM), wifi_air.source(view)


def _elsewhere(view: View, event: WifiEvent) -> bool:
    """Whether whoever refused is out of sight while others are heard: that was at another place."""
    around = wifi_air.in_sight(view)
    if event.bssid is None or not around or not wifi_air.searched(view):
        return False
    return not any(wifi_air.same_device(b.bssid, event.bssid) for b in around)


def network(view: View) -> Drawn:
    """Whose network it is, by its name and its router's address. The subscriber's own box is never a stranger."""
    link = wifi_air.link(view)
    if link is None:
        return
    if link.security is not None:
        yield "wifi_encrypted", Tri.of(link.security not in _BARE), LINK
    config = view.config()
    gateway = config.gateway4 if config is not None else None
    hotspot = wifi_names.is_hotspot(link.ssid) if link.ssid is not None else None
    # An operator numbers its public networks as it likes: their names go before.
    phone = False if hotspot else _phone(view, link, gateway)
    own = view.tri("box_is_ours") is Tri.YES
    guest = wifi_names.is_guest(link.ssid) if link.ssid is not None else None
    for fact, value in (("wifi_hotspot", hotspot), ("wifi_guest", guest), ("wifi_phone", phone)):
        yield fact, Tri.of(value and not own if value is not None else None), LINK
    signs = [view.tri(f) for f in ("wifi_hotspot", "wifi_guest", "wifi_phone")]
    if Tri.YES in signs or all(s is Tri.NO for s in signs):
        yield "wifi_net_foreign", Tri.of(Tri.YES in signs), LINK
    yield "wifi_home_in_sight", _home_in_sight(view, link), wifi_air.source(view)


def _phone(view: View, link: Link, gateway: str | None) -> bool | None:
    """By its name, its network, or a router that is the access point itself under an address it made up."""
    told = wifi_air.payload(view)
    router = told.gateway_mac if told is not None else None
    if wifi_names.is_phone(link.ssid, gateway):
        return True
    if router is not None and link.bssid is not None and wifi_air.self_given(router):
        # A box numbers several networks and sockets in a row, some with a made-up address; a phone is one and the same.
        beside = (b.bssid for b in wifi_air.in_sight(view) if b.bssid.lower() != link.bssid.lower())
        if wifi_air.same_device(router, link.bssid):
            alone = router.lower() == link.bssid.lower() and not any(wifi_air.same_device(b, router) for b in beside)
            return True if alone else None
        return False
    return False if gateway is not None else None


def _home_in_sight(view: View, link: Link) -> Tri:
    """A network this PC knows, that is not a public one nor for guests, heard well enough to be at home in it."""
    told = wifi_air.payload(view)
    known = told.reading.known_names if told is not None else None
    if known is None:
        return Tri.UNKNOWN
    homes = wifi_names.homes(known) - {link.ssid}
    heard = [b.rssi_dbm for b in wifi_air.in_sight(view) if b.ssid in homes and b.rssi_dbm is not None]
    if any(dbm >= thresholds.RSSI_WEAK_DBM for dbm in heard):
        return Tri.YES
    return Tri.NO if wifi_air.searched(view) else Tri.UNKNOWN


def right_net(view: View) -> Drawn:
    """Wrong only where home is in sight, or where what is not the subscriber's fails: elsewhere it is a choice."""
    foreign = view.tri("wifi_net_foreign")
    if foreign is Tri.NO:
        yield "wifi_right_net", Tri.YES, LINK
    if foreign is not Tri.YES:
        return
    fails = [view.tri(f) for f in ("outside_answers", "outside_loss_free", "outside_latency_fine", "gateway_answers")]
    sight = view.tri("wifi_home_in_sight") is Tri.YES
    # Nobody joins a phone's network by chance: somebody opened it.
    home = sight and view.tri("wifi_phone") is not Tri.YES
    portal = view.tri("portal_seen") is Tri.YES and not sight
    wrong = home or (Tri.NO in fails and not portal)
    if wrong:
        yield "wifi_right_net", Tri.NO, LINK
    yield "wifi_foreign_by_choice", Tri.of(not wrong), LINK

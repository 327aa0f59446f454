"""pc ──air── box ──line── server, in the small machine: HTB gives the rate, netem delay and loss, TCP is real."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import IO

from tests.wifi.traces.links import STEP_S, Hop, Pair

PC, BOX, TV = "192.168.77.10", "192.168.77.1", "192.168.78.10"
BOX_FAR, SERVER, PORT = "81.10.0.2", "81.10.0.1", 8080
# ISP_HOP stands between line and server; asked by ping.


def sh(words: str) -> None:
    done = subprocess.run(["sh", "-ec", words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, (words, done.stderr)


def build() -> None:
    """The PC is the machine's own namespace, so that this program is the PC's."""
    sh(f"""
    for n in box isp tv; do ip netns add $n; ip -n $n link set lo up; done
    ip link add air type veth peer name air netns box
    ip -n box link add line type veth peer name line netns isp
    ip -n tv link add lan type veth peer name lan netns box
    ip addr add {PC}/24 dev air; ip -n box addr add {BOX}/24 dev air; ip link set air up; ip -n box link set air up
    ip -n tv addr add {TV}/24 dev lan; ip -n box addr add 192.168.78.1/24 dev lan
    ip -n tv link set lan up; ip -n box link set lan up
    ip -n box addr add {BOX_FAR}/30 dev line; ip -n isp addr add {SERVER}/30 dev line
    ip -n box link set line up; ip -n isp link set line up
    ip route add default via {BOX}; ip -n tv route add default via 192.168.78.1
    ip -n box route add default via {SERVER}; ip -n isp route add 192.168.0.0/16 via {BOX_FAR}
    ip netns exec box sysctl -qw net.ipv4.ip_forward=1
    sysctl -qw net.ipv4.ping_group_range='0 2147483647'
    """)
    for where, name in (("", "air"), ("box", "air"), ("box", "line"), ("isp", "line"), ("tv", "lan"), ("box", "lan")):
        inside = f"ip netns exec {where} " if where else ""
        sh(f"{inside}ethtool -K {name} tso off gso off gro off")
        if name != "lan":
            sh(f"""{inside}tc qdisc add dev {name} root handle 1: htb default 1
            {inside}tc class add dev {name} parent 1: classid 1:1 htb rate 100mbit
            {inside}tc qdisc add dev {name} parent 1:1 handle 10: pfifo limit 100""")
    serve = [sys.executable, "-m", "selfcare.speedserver", "--address", SERVER, "--port", str(PORT)]
    subprocess.Popen(["ip", "netns", "exec", "isp", *serve, "--max-seconds", "60"])
    time.sleep(2)


class Side:
    """One direction of a hop: its rate changes while packets wait, through one tc that stays.

    The queue is netem's own, so that packets wait their time in it as well as their turn; where it is fair (fq_codel)
    the other direction has all of the delay.
    """

    def __init__(self, where: str, name: str, hop: Hop, loaded: bool) -> None:
        self._name, self._hop = name, hop
        inside = ["ip", "netns", "exec", where] if where else []
        self._tc = subprocess.Popen([*inside, "tc", "-batch", "-"], stdin=subprocess.PIPE, text=True)
        self.step(0)
        packets = max(12, round(hop.mean * (hop.queue_ms + hop.delay_ms) / 8 / 1500))
        if hop.fair and loaded:
            queue = "fq_codel limit 600 target 5ms"
        else:
            delay = hop.delay_ms * (2 if hop.fair else 1)
            queue = f"netem limit {packets} delay {delay:.2f}ms {min(hop.jitter_ms, delay / 2):.2f}ms"
            queue += f" loss {hop.loss_pct:.2f}%" if hop.loss_pct else ""
        # Replaced by its own kind it would keep what waits in it.
        self.say(f"qdisc replace dev {name} parent 1:1 handle 20: pfifo limit 10")
        self.say(f"qdisc replace dev {name} parent 1:1 handle 10: {queue}")

    def say(self, line: str) -> None:
        pipe: IO[str] | None = self._tc.stdin
        assert pipe is not None
        pipe.write(line + "\n")
        pipe.flush()

    def step(self, at: int) -> None:
        """The rate of this moment."""
        rate = self._hop.rates[at % len(self._hop.rates)]
        self.say(f"class change dev {self._name} parent 1: classid 1:1 htb rate {rate}kbit burst 3000 cburst 3000")

    def close(self) -> None:
        assert self._tc.stdin is not None
        self._tc.stdin.close()
        assert self._tc.wait() == 0


class Links:
    """Both hops, both ways, wavering until it is left."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    async def __aenter__(self) -> None:
        air, line = self._pair.air, self._pair.line
        self._sides = [
            Side("box", "air", air, True), Side("", "air", air, False), Side("isp", "line", line, True),
            Side("box", "line", line, False),
        ]  # fmt: skip
        self._tasks = [asyncio.create_task(self._waver()), asyncio.create_task(self._others())]

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for side in self._sides:
            side.close()

    async def _waver(self) -> None:
        begun, moving = time.monotonic(), [s for s in self._sides if len(set(s._hop.rates)) > 1]
        for at in range(1, 100_000):
            await asyncio.sleep(max(0.0, begun + at * STEP_S - time.monotonic()))
            for side in moving:
                side.step(at)

    async def _others(self) -> None:
        """Another device of the home, by cable: it downloads through the line only."""
        begun = time.monotonic()
        for begin, end in self._pair.others:
            await asyncio.sleep(max(0.0, begun + begin - time.monotonic()))
            other = await asyncio.create_subprocess_exec(
                "ip", "netns", "exec", "tv", sys.executable, "-c", OTHER, SERVER, str(PORT), str(end - begin)
            )
            try:
                await other.wait()
            finally:
                if other.returncode is None:
                    other.kill()


OTHER = """
import socket, sys, time
def fetch():
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    s.sendall(b"GET /down?bytes=100000000 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    return s
begun, sockets = time.monotonic(), [fetch() for _ in range(3)]
for s in sockets: s.setblocking(False)
import select
while time.monotonic() - begun < float(sys.argv[3]):
    for s in select.select(sockets, [], [], 0.2)[0]:
        if not s.recv(1 << 18):
            sockets.remove(s)
    time.sleep(0.002)  # by the machine's clock nothing else takes time
"""

"""A resolver on the PC itself that asks over HTTPS only: ``python -m tests.lab.stub ADDRESS NAME``.

What a privacy-minded desktop runs: it listens on 127.0.0.1:53 and sends nothing to any port 53.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import sys
import threading


def ask(address: str, name: str, packet: bytes) -> bytes:
    """One question over HTTPS to an address, with the certificate checked for the name."""
    plain = socket.create_connection((address, 443), 3)
    connection = http.client.HTTPSConnection(name)
    connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=name)
    connection.request("POST", "/dns-query", packet, {"Content-Type": "application/dns-message"})
    answer = connection.getresponse().read()
    connection.close()
    return answer


def main() -> None:
    address, name = sys.argv[1:]
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))

    def serve(packet: bytes, client: tuple[str, int]) -> None:
        try:
            server.sendto(ask(address, name, packet), client)
        except (OSError, http.client.HTTPException) as error:
            print(type(error).__name__, error, flush=True)

    while True:
        packet, client = server.recvfrom(4096)
        threading.Thread(target=serve, args=(packet, client), daemon=True).start()


if __name__ == "__main__":
    main()

"""``python -m tests.lab.fetching HOST:PORT``: a program that downloads without end, for scenarios."""

from __future__ import annotations

import http.client
import sys
import time


def main(where: str) -> None:
    while True:
        connection = http.client.HTTPConnection(where, timeout=20)
        try:
            connection.request("GET", "/down?bytes=500000000")
            answer = connection.getresponse()
            while answer.read(65536):
                pass
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        finally:
            connection.close()


if __name__ == "__main__":
    main(sys.argv[1])

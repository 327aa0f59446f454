"""``python -m selfcare``: the window without arguments, else a command."""

import sys

from selfcare.wiring import main

if __name__ == "__main__":
    sys.exit(main())

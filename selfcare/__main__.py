"""``python -m selfcare``: the window without arguments, else a command."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["helper"]:  # a built program has no other Python to run its helper with
        from selfcare.helper.__main__ import main as helper

        sys.exit(helper(sys.argv[2:]))
    from selfcare.wiring import main

    sys.exit(main())

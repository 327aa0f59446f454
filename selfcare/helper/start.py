"""Started by its path, as ``python -I …/start.py serve``: the helper of this very folder, and nobody else's.

``python -m`` would look for it in the current folder first: whoever may write there would be obeyed, by root too.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from selfcare.helper.__main__ import main

    sys.exit(main(sys.argv[1:]))

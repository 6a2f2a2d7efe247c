"""``python -m aescan`` is ``aescan``."""

import sys

from aescan.cli import main

sys.exit(main())

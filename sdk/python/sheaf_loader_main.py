# SPDX-License-Identifier: MIT
"""What Sheaf runs for a loader's file: `python3 sheaf_loader_main.py`, with the host as file 3."""
from sheaf_plugin import _process

if __name__ == "__main__":
    _process.run()

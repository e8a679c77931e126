"""Imported before all else by processes that serve: keeps out of them what only terminals need.

structlog imports rich, and with it pygments, wherever they are installed: 4 MB in each process.
Where a service is installed by itself (``deploy/Dockerfile``) neither is there.
"""

from __future__ import annotations

import sys
from typing import Any

_modules: dict[str, Any] = sys.modules
_modules.setdefault("rich", None)  # an import of it now fails as if it were not installed

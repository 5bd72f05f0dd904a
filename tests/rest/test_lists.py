"""Lists of the API: what may be asked, and that nothing asked is silently dropped."""

from __future__ import annotations

from uuid import uuid4

import pytest

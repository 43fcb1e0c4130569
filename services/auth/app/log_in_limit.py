"""How often somebody may try to log in, so that passwords cannot be guessed.

The numbers are kept in the process: with two tasks, an attacker has at most twice as many attempts.
"""

import math
import time
from typing import Final

from cathouse_common.client import client_of
from fastapi import HTTPException, Request, status
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Guessing one account's password. Together with the client, as nobody must be able to keep an
# account's owner out.
_PER_ACCOUNT_AND_CLIENT: Final = RateLimitItemPerMinute(10, namespace="account")
# Trying a few passwords on many accounts. A whole office may share an address.
_PER_CLIENT: Final = RateLimitItemPerMinute(100, namespace="client")


class LogInLimit:
    """Counts attempts, those that succeed, too."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, email: str, request: Request) -> None:
        """Notes an attempt. Raises HTTPException: 429 when the last minute had too many."""
        client = client_of(request)
        for limit, *key in ((_PER_CLIENT, client), (_PER_ACCOUNT_AND_CLIENT, client, email)):
            if not self._limiter.hit(limit, *key):
                raise self._refusal(limit, *key)

    def _refusal(self, limit: RateLimitItem, *key: str) -> HTTPException:
        reset = self._limiter.get_window_stats(limit, *key).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"Too many attempts to log in. Try again in {seconds} s",
            {"Retry-After": str(seconds)},
        )

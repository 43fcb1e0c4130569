"""How much somebody may ask for: so often in a time, and so much at once.

The numbers are kept in the process: with two tasks, anybody has at most twice as much.
"""

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import HTTPException, status
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

Limit = tuple[RateLimitItem, str] | tuple[RateLimitItem, str, str]
"""How often, and whose requests are counted together: those with the same texts."""


class RateLimits:
    """Counts requests, those that succeed, too."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, refusal: str, *limits: Limit) -> None:
        """Notes a request. Raises HTTPException: 429 with `refusal` where one of the limits has
        been reached; those after it do not count the request."""
        for limit, *key in limits:
            if not self._limiter.hit(limit, *key):
                reset = self._limiter.get_window_stats(limit, *key).reset_time
                raise too_many(refusal, max(1, math.ceil(reset - time.time())))


class AtOnce:
    """Counts what is under way."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    @contextmanager
    def one(self, refusal: str, limits: Mapping[str, int]) -> Iterator[None]:
        """One more for each key, until the block ends. Raises HTTPException: 429 with `refusal`
        where a key has as many as its limit."""
        if any(self._running[key] >= limit for key, limit in limits.items()):
            raise too_many(refusal, 1)
        self._running.update(limits.keys())
        try:
            yield
        finally:
            self._running.subtract(limits.keys())
            self._running += Counter()  # forgets those that have none


def too_many(refusal: str, seconds: int) -> HTTPException:
    """The answer 429, with the time after which it is worth another try."""
    return HTTPException(
        status.HTTP_429_TOO_MANY_REQUESTS,
        f"{refusal}. Try again in {seconds} s",
        {"Retry-After": str(seconds)},
    )

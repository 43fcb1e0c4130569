"""Password hashing with argon2id."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from secrets import token_hex
from typing import Final, ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import HTTPException, status
from pydantic import Secret

# OWASP's first choice: 19 MiB and two passes. The library's default takes 64 MiB, an eighth of a
# task's memory, for each log-in under way.
_hasher: Final = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
# Hashing holds no lock of Python's, so it must not hold the event loop either; and two at a time
# bound what a burst of log-ins can take. What waits is bounded, too: a quarter of a processor takes
# some 0.2 s for each, and nobody waits for longer than a few seconds.
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_places: Final = asyncio.Semaphore(16)

P = ParamSpec("P")
R = TypeVar("R")


async def hash_password(password: Secret[str]) -> str:
    """The hash to keep, with its salt and parameters in it. Raises HTTPException: 503 when too many
    wait already."""
    return await _in_thread(_hasher.hash, password.get_secret_value())


async def verify_password(password: Secret[str], password_hash: str | None) -> bool:
    """Whether the password has this hash. Without one it is False, and takes as long: how long a
    log-in takes must not tell which addresses have an account. Raises HTTPException: 503 when too
    many wait already."""
    return await _in_thread(_matches, password, password_hash)


async def _in_thread(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    if _places.locked():
        raise HTTPException(
            status.HTTP_503_SERVICE_UNAVAILABLE,
            "Too many people log in or register at this moment. Try again in a moment",
            {"Retry-After": "2"},
        )
    async with _places:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_threads, partial(function, *args, **kwargs))


def _matches(password: Secret[str], password_hash: str | None) -> bool:
    try:
        return _hasher.verify(password_hash or _decoy(), password.get_secret_value())
    except VerifyMismatchError:
        return False


@cache
def _decoy() -> str:
    return _hasher.hash(token_hex())

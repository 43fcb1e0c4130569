"""Password hashing with argon2id."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from secrets import token_hex
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from pydantic import Secret

# OWASP's first choice: 19 MiB and two passes. The library's default takes 64 MiB, an eighth of a
# task's memory, for each log-in under way.
_hasher: Final = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
# Hashing holds no lock of Python's, so it must not hold the event loop either; and two at a time
# bound what a burst of log-ins can take.
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


async def hash_password(password: Secret[str]) -> str:
    """The hash to keep, with its salt and parameters in it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _hasher.hash, password.get_secret_value())


async def verify_password(password: Secret[str], password_hash: str | None) -> bool:
    """Whether the password has this hash. Without one it is False, and takes as long: how long a
    log-in takes must not tell which addresses have an account."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _matches, password, password_hash)


def _matches(password: Secret[str], password_hash: str | None) -> bool:
    try:
        return _hasher.verify(password_hash or _decoy(), password.get_secret_value())
    except VerifyMismatchError:
        return False


@cache
def _decoy() -> str:
    return _hasher.hash(token_hex())

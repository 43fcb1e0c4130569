"""How often somebody may try to log in or to register: neither passwords nor addresses are to be
guessed."""

from typing import Final

from cathouse_common.client import client_of
from cathouse_common.limits import RateLimits
from fastapi import Request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

# Guessing one account's password. Together with the client, as nobody must be able to keep an
# account's owner out.
_PER_ACCOUNT_AND_CLIENT: Final = RateLimitItemPerMinute(10, namespace="account")
# Trying a few passwords on many accounts. A whole office may share an address.
_PER_CLIENT: Final = RateLimitItemPerMinute(100, namespace="client")
# Making accounts to have more of what each account may have, or asking which addresses have one.
_REGISTRATIONS_PER_CLIENT: Final = RateLimitItemPerHour(60, namespace="registration")


def check_log_in(request: Request, email: str) -> None:
    """Notes an attempt to log in. Raises HTTPException: 429 when the last minute had too many."""
    client = client_of(request)
    _limits(request).check(
        "Too many attempts to log in",
        (_PER_CLIENT, client),
        (_PER_ACCOUNT_AND_CLIENT, client, email),
    )


def check_registration(request: Request) -> None:
    """Notes a registration. Raises HTTPException: 429 when the last hour had too many."""
    limit = (_REGISTRATIONS_PER_CLIENT, client_of(request))
    _limits(request).check("Too many accounts from one place", limit)


def _limits(request: Request) -> RateLimits:
    limits: RateLimits = request.app.state.rate_limits
    return limits

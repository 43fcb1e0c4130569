"""An account is made, logged in to and deleted, on the platform that serves at SMOKE_URL."""

import os
import secrets

import httpx
import pytest


def test_somebody_registers_logs_in_and_leaves() -> None:
    address = f"smoke-{secrets.token_hex(8)}@cats.example"
    who = {"email": address, "password": secrets.token_urlsafe(24)}
    with httpx.Client(base_url=f"{os.environ['SMOKE_URL']}/api/v1/auth", timeout=20) as auth:
        registered = auth.post("/register", json=who)
        if registered.status_code == 429:
            pytest.skip("this address has made as many accounts as it may in an hour")
        assert registered.status_code == 201, f"/register answers {registered.status_code}"
        logged_in = auth.post("/login", json=who)
        assert logged_in.status_code == 200, f"/login answers {logged_in.status_code}"
        auth.headers["Authorization"] = f"Bearer {logged_in.json()['access_token']}"
        me = auth.get("/me")
        left = auth.delete("/me")
    assert me.status_code == 200, f"/me answers {me.status_code}"
    assert me.json()["email"] == address
    assert left.status_code == 204, f"DELETE /me answers {left.status_code}"

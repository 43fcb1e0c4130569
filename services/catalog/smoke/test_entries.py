"""The catalogue is read by anybody, on the platform that serves at SMOKE_URL."""

import os

import httpx


def test_anybody_lists_and_searches_entries() -> None:
    with httpx.Client(base_url=f"{os.environ['SMOKE_URL']}/api/v1/catalog", timeout=20) as catalog:
        listed = catalog.get("/entries", params={"limit": 1})
        assert listed.status_code == 200, f"/entries answers {listed.status_code}"
        for entry in listed.json()["items"]:
            read = catalog.get(f"/entries/{entry['id']}")
            assert read.status_code == 200, f"/entries/{{id}} answers {read.status_code}"
            assert read.json()["slug"] == entry["slug"]
        missing = catalog.get("/entries/00000000-0000-4000-8000-000000000000")
    assert missing.status_code == 404, f"an entry that is not there answers {missing.status_code}"

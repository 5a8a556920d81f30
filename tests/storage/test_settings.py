"""The environment is read once, and every fault of it is said at once."""

from __future__ import annotations

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from settings import BadSettings, Bucket, read_settings

KEY = base64.b64encode(b"m" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()
PRODUCTION = {"NECESSITY_MASTER_KEY": KEY, "NECESSITY_LINK_KEY": OTHER}


def faults(environment: dict[str, str]) -> list[str]:
    with pytest.raises(BadSettings) as fault:
        read_settings(environment)
    return [problem.partition(":")[0] for problem in fault.value.problems]


def test_production_needs_only_the_keys() -> None:
    settings = read_settings(PRODUCTION)
    assert (settings.master_keys, settings.link_keys) == ((b"m" * 32,), (b"o" * 32,))
    assert (settings.port, settings.public_url) == (8000, "http://127.0.0.1:8000")
    assert (settings.retention_days, settings.link_seconds, settings.dev) == (30, 900, False)
    assert settings.redis_url is None
    assert settings.database_url == f"sqlite:///{Path('var').absolute()}/necessity.db"
    assert settings.documents_dir == Path("var").absolute() / "documents"


def test_the_public_address_follows_the_port() -> None:
    assert read_settings({**PRODUCTION, "PORT": "9000"}).public_url == "http://127.0.0.1:9000"


def test_a_missing_key_stops_the_start_outside_development() -> None:
    assert faults({}) == ["NECESSITY_MASTER_KEY", "NECESSITY_LINK_KEY"]


def test_every_fault_is_said_at_once() -> None:
    wrong = {
        "NECESSITY_DEV": "yes",
        "PORT": "70000",
        "NECESSITY_PUBLIC_URL": "example.org",
        "NECESSITY_MASTER_KEY": "c2hvcnQ=",
        "NECESSITY_LINK_KEY": "!",
        "NECESSITY_TIMEZONE": "Mars/Olympus",
        "NECESSITY_RETENTION_DAYS": "0",
        "NECESSITY_WORKERS": "many",
        "NECESSITY_KNOWLEDGE": "/does/not/exist",
        "NECESSITY_WEBHOOK_HOSTS": "https://example.org/hook",
        "NECESSITY_TRUSTED_PROXIES": "the proxy",
        "NECESSITY_LINK_SECONDS": "-1",
        "REDIS_URL": "127.0.0.1:6379",
        "DATABASE_URL": "mysql://host/rows",
        "STORE_URL": "s3://no_bucket",
    }
    assert sorted(faults(wrong)) == sorted(wrong)


def test_rows_and_documents_may_rest_on_servers() -> None:
    settings = read_settings(
        {
            **PRODUCTION,
            "DATABASE_URL": "postgres://willow:hush@db.example.org/rows",
            "STORE_URL": "s3://willow-papers/letters/",
            "STORE_ENDPOINT": "https://buckets.example.org",
            "STORE_KEY_ID": "id",
            "STORE_SECRET_KEY": "hush",
        }
    )
    assert settings.database_url == "postgresql://willow:hush@db.example.org/rows"
    assert settings.bucket == Bucket(
        "willow-papers", "letters", "https://buckets.example.org", "us-east-1", "id", "hush"
    )
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "sqlite:///rows.db?mode=ro"),
        ("STORE_URL", "s3://bucket?region=x"),
        ("STORE_URL", "file://host/folder"),
    ],
)
def test_a_place_that_cannot_be_used_is_a_fault(name: str, value: str) -> None:
    assert faults({**PRODUCTION, name: value}) == [name]


def test_a_fault_does_not_repeat_a_secret() -> None:
    with pytest.raises(BadSettings) as fault:
        read_settings({"NECESSITY_MASTER_KEY": "hush", "REDIS_URL": "rediss-password-hush"})
    assert "hush" not in str(fault.value)


def test_secrets_are_not_in_the_repr() -> None:
    shown = repr(read_settings({**PRODUCTION, "REDIS_URL": "redis://:hush@127.0.0.1/0"}))
    assert "hush" not in shown
    assert "mmm" not in shown


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "master"
    path.write_text(f"{KEY}\n")
    given = {"NECESSITY_MASTER_KEY_FILE": str(path), "NECESSITY_LINK_KEY": OTHER}
    assert read_settings(given).master_keys == (b"m" * 32,)


def test_a_secret_file_that_is_missing_empty_or_beside_the_variable_is_a_fault(
    tmp_path: Path,
) -> None:
    path = tmp_path / "master"
    given = {"NECESSITY_MASTER_KEY_FILE": str(path), "NECESSITY_LINK_KEY": OTHER}
    assert "NECESSITY_MASTER_KEY_FILE" in faults(given)
    path.write_text("\n")
    assert "NECESSITY_MASTER_KEY_FILE" in faults(given)
    path.write_text(KEY)
    assert faults({**given, "NECESSITY_MASTER_KEY": KEY}) == ["NECESSITY_MASTER_KEY_FILE"]


def test_several_keys_are_kept_in_order() -> None:
    given = {**PRODUCTION, "NECESSITY_MASTER_KEY": f"{OTHER}, {KEY}"}
    assert read_settings(given).master_keys == (b"o" * 32, b"m" * 32)


def test_development_makes_its_keys_once_for_its_owner(tmp_path: Path) -> None:
    given = {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}
    first, second = read_settings(given), read_settings(given)
    assert first == second
    assert first.master_keys != first.link_keys
    files = list((tmp_path / "var" / "keys").iterdir())
    assert sorted(path.name for path in files) == ["link-key", "master-key"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_processes_that_start_together_agree_on_the_keys(tmp_path: Path) -> None:
    given = {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: read_settings(given).master_keys, range(8)))
    assert len(found) == 1


def test_a_data_folder_that_cannot_hold_keys_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    given = {"NECESSITY_DATA_DIR": str(tmp_path / "var"), "NECESSITY_DEV": "1"}
    assert faults(given) == ["NECESSITY_MASTER_KEY", "NECESSITY_LINK_KEY"]


def test_places_may_be_named(tmp_path: Path) -> None:
    given = {
        **PRODUCTION,
        "DATABASE_URL": f"sqlite:///{tmp_path}/rows.db",
        "STORE_URL": f"file://{tmp_path}/my%20papers",
        "NECESSITY_KNOWLEDGE": os.fspath(tmp_path),
        "NECESSITY_WEBHOOK_HOSTS": "Hooks.example.org, other.example.org",
    }
    settings = read_settings(given)
    assert settings.database_url == f"sqlite:///{tmp_path}/rows.db"
    assert settings.documents_dir == tmp_path / "my papers"
    assert settings.knowledge == tmp_path
    assert settings.webhook_hosts == ("hooks.example.org", "other.example.org")


def test_a_host_to_call_back_may_have_a_port_of_its_own() -> None:
    def hosts(text: str) -> dict[str, str]:
        return {**PRODUCTION, "NECESSITY_WEBHOOK_HOSTS": text}

    read = read_settings(hosts("hooks.example.org:8443,localhost"))
    assert read.webhook_hosts == ("hooks.example.org:8443", "localhost")
    for wrong in ("https://hooks.example.org", "hooks.example.org/a", "hooks.example.org:", "a:0"):
        assert faults(hosts(wrong)) == ["NECESSITY_WEBHOOK_HOSTS"]


@pytest.mark.parametrize("everybody", ["0.0.0.0/0", "10.0.0.1, ::/0"])
def test_not_every_address_is_a_trusted_proxy(everybody: str) -> None:
    given = {**PRODUCTION, "NECESSITY_TRUSTED_PROXIES": everybody}
    assert faults(given) == ["NECESSITY_TRUSTED_PROXIES"]


def test_trusted_proxies_are_addresses_and_networks() -> None:
    given = {**PRODUCTION, "NECESSITY_TRUSTED_PROXIES": "10.0.0.5, fd00::/8"}
    assert [str(each) for each in read_settings(given).trusted_proxies] == [
        "10.0.0.5/32",
        "fd00::/8",
    ]

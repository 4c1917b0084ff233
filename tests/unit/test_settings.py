"""Settings: read once, every fault told at once, secrets from files too."""

from pathlib import Path

import pytest

from engage.settings import SettingsFault, read_settings

SECRET = "s" * 32


def test_every_fault_is_told_at_once_by_the_name_of_its_variable() -> None:
    with pytest.raises(SettingsFault) as fault:
        read_settings({"ENGAGE_QUEUE_SIZE": "0", "ENGAGE_WAIT_SECONDS": "soon"})
    told = str(fault.value)
    assert [name for name in ("ENGAGE_SECRET_KEY", "ENGAGE_QUEUE_SIZE", "ENGAGE_WAIT_SECONDS") if name in told] == [
        "ENGAGE_SECRET_KEY",
        "ENGAGE_QUEUE_SIZE",
        "ENGAGE_WAIT_SECONDS",
    ]


def test_a_secret_that_is_short_is_refused_without_being_shown() -> None:
    with pytest.raises(SettingsFault) as fault:
        read_settings({"ENGAGE_SECRET_KEY": "swordfish"})
    assert "swordfish" not in str(fault.value)


def test_a_secret_comes_from_a_file_and_several_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n{'t' * 32}\n", encoding="utf-8")
    assert read_settings({"ENGAGE_SECRET_KEY_FILE": str(path)}).secret_keys == (SECRET, "t" * 32)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match=r"ENGAGE_SECRET_KEY_FILE: .*nowhere"):
        read_settings({"ENGAGE_SECRET_KEY_FILE": str(tmp_path / "nowhere")})


def test_the_embedded_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = read_settings({"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/engage.db"


@pytest.mark.parametrize(
    ("address", "secure"),
    [
        ("https://play.example.com", True),
        ("http://localhost:8000", True),
        ("http://127.0.0.1:8000", True),
        ("http://play.example.com", False),
        ("http://192.168.1.7:8000", False),
    ],
)
def test_browsers_make_seeds_over_https_or_on_their_own_machine_only(address: str, *, secure: bool) -> None:
    settings = read_settings({"ENGAGE_SECRET_KEY": SECRET, "ENGAGE_BASE_URL": address})
    assert settings.is_secure is secure

from pathlib import Path

import pytest

from dragoman.watching import ConfigError, read_settings

TOP = 'ledger = "a.duckdb"\ncontact = "desk@example.org"\n'
FEED = '[[feeds]]\nurl = "https://x.org/a.rss"\n'


def test_what_is_left_out_has_a_value(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(TOP + FEED + 'interval = 60\n[[feeds]]\nurl = "https://x.org/b.rss"\nfetch = "page"\n')
    settings = read_settings(file)
    assert settings.ledger == tmp_path / "a.duckdb"
    assert settings.agent.endswith("(+desk@example.org)")
    assert [settings.seconds(feed) for feed in settings.feeds] == [3600, 900]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TOP, "top of the file, feeds: is missing; expected [[feeds]] tables"),
        (TOP + "feeds = 3", "top of the file, feeds: expected [[feeds]] tables, one at least; found 3"),
        (FEED, "top of the file, ledger: is missing"),
        (TOP + "intervall = 3\n" + FEED, "top of the file, intervall: is no field; the fields are ledger, contact"),
        (TOP + "interval = 0\n" + FEED, "top of the file, interval: expected minutes, a number above 0; found 0"),
        (TOP + 'allow = ["x", 3]\n' + FEED, "top of the file, allow: expected a list of host names; found ['x', 3]"),
        (TOP + FEED + 'fetch = "all"', 'feeds table 1, fetch: expected "summary" or "page"; found \'all\''),
        (TOP + FEED + 'language = "fr"', 'feeds table 1, language: expected "en" or nothing'),
        (TOP + FEED + "[[feeds]]\nurl = 3", "feeds table 2, url: expected an address in quotation marks; found 3"),
        (TOP + '[[feeds]]\nurl = "ftp://x.org"', "feeds table 1, url: expected an address that begins with http://"),
        (TOP + '[[feeds]]\nurl = "http://[bad"', "feeds table 1, url: expected an address"),
        (TOP + FEED + FEED, "feeds table 2, url: https://x.org/a.rss stands in this file before"),
        ('ledger = "a"\ncontact = "me"\n' + FEED, "top of the file, contact: expected an e-mail or web address"),
        ('ledger = 3\ncontact = "a@b.org"\n' + FEED, "top of the file, ledger: expected a file's name; found 3"),
        ("x =", "is no TOML"),
    ],
)
def test_errors_name_file_table_and_field(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        read_settings(file)
    assert str(error.value).startswith(str(file))
    assert message in str(error.value)


@pytest.mark.parametrize("name", ["feeds.toml", "watching-example.toml"])
def test_the_examples_of_the_documentation_can_be_read(name: str) -> None:
    assert read_settings(Path(__file__).parents[2] / "docs" / name).feeds


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml: cannot be read"):
        read_settings(tmp_path / "nothing.toml")

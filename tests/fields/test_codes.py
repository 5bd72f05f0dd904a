"""Numbers of persons, organisations, vehicles and telephones. The persons live in areas that do not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fab_app.fields.base import Field
from fab_app.fields.id_card import birth_date, check_digit, gender
from fab_app.fields.uscc import check_character

Make = Callable[..., Field]


def id_number(first: str) -> str:
    return first + check_digit(first)


def refused(field: Field, raw: Any) -> bool:
    try:
        return field.parse(raw) is None
    except ValueError:
        return True


def test_the_check_digit_makes_the_weighted_sum_one() -> None:
    number = id_number("99000019900101001")
    places = [10 if char == "X" else int(char) for char in reversed(number)]
    assert sum(digit * 2**place for place, digit in enumerate(places)) % 11 == 1


def test_the_check_character_is_that_of_the_standard() -> None:
    assert check_character("91350100M000100Y4") == "3"  # the example printed in GB 32100


def test_an_identity_number_is_read_with_a_small_x_and_spaces(make: Make) -> None:
    number = next(
        id_number(f"99000019900101{n:03}") for n in range(999) if check_digit(f"99000019900101{n:03}") == "X"
    )
    assert make("id_card").parse(f" {number[:6]} {number[6:].lower()} ") == number


@pytest.mark.parametrize("area", ["990000", "819999", "829999", "839999", "329999", "139999"])
def test_the_area_is_never_a_refusal(make: Make, area: str) -> None:
    number = id_number(f"{area}19900101001")
    assert make("id_card").parse(number) == number


@pytest.mark.parametrize(
    "number",
    [
        id_number("99000018991231001"),
        id_number("99000020990101001"),
        id_number("99000019900230001"),
        id_number("99000019901301001"),
        "990000900101001",
        "99000019900101001",
        "",
        "X" * 18,
    ],
)
def test_a_wrong_birthday_or_length_is_refused(make: Make, number: str) -> None:
    assert refused(make("id_card"), number)


def test_every_single_wrong_digit_is_found(make: Make) -> None:
    number = id_number("99000019900101001")
    wrong = [number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :] for at in range(17)]
    assert all(refused(make("id_card"), other) for other in wrong)


def test_birthday_and_gender_stand_in_the_number() -> None:
    assert (birth_date("990000199002280012"), gender("990000199002280012")) == (date(1990, 2, 28), "male")
    assert gender("990000199002280020") == "female"


def test_the_middle_of_an_identity_number_is_hidden(make: Make) -> None:
    assert make("id_card").masked("990000199001010017") == "990000********0017"


def test_the_sentence_names_the_field(make: Make) -> None:
    with pytest.raises(ValueError, match=r"^身份证号格式不正确$"):
        make("id_card", "身份证号").parse("123")


def test_a_credit_code_is_stored_in_capitals(make: Make) -> None:
    assert make("uscc").parse("91350100m000100y43") == "91350100M000100Y43"


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y42", "91350100I000100Y43", "9135010M000100Y43", "91350100M000100Y433", "一" * 18],
)
def test_a_wrong_credit_code_is_refused(make: Make, code: str) -> None:
    assert refused(make("uscc"), code)


@pytest.mark.parametrize(
    "plate",
    [
        "浙H12345",
        "浙h·a1234",
        "京A1234警",
        "粤Z1234港",
        "粤Z1234澳",
        "浙H1234学",
        "浙H1234挂",
        "浙HD12345",
        "浙H12345D",
        "浙HF1234 5",
    ],
)
def test_plates_are_read(make: Make, plate: str) -> None:
    assert not refused(make("plate"), plate)


@pytest.mark.parametrize(
    "plate",
    [
        "浙I12345",
        "浙HO2345",
        "浙H1234",
        "浙H123456",
        "H12345",
        "浙H1234军",
        "浙H12警34",
        "浙HD1234A",
        "美H12345",
    ],
)
def test_wrong_plates_are_refused(make: Make, plate: str) -> None:
    assert refused(make("plate"), plate)


@pytest.mark.parametrize(
    "raw", ["19900001234", "199 0000 1234", "+86 199-0000-1234", "１９９００００１２３４", 19900001234]
)
def test_mobile_numbers_are_read(make: Make, raw: Any) -> None:
    assert make("phone").parse(raw) == "19900001234"


@pytest.mark.parametrize(
    "raw", ["12900001234", "1990000123", "199000012345", "0570-3012345", "1990000123a", "٠" * 11]
)
def test_wrong_mobile_numbers_are_refused(make: Make, raw: str) -> None:
    assert refused(make("phone"), raw)


def test_mobile_numbers_of_workbooks_arrive_as_floats(make: Make) -> None:
    assert make("phone").from_excel(19900001234.0) == "19900001234"


def test_the_middle_of_a_mobile_number_is_hidden(make: Make) -> None:
    assert make("phone").masked("19900001234") == "199****1234"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0570-3012345", "0570-3012345"),
        ("(0570) 3012345", "0570-3012345"),
        ("01088886666", "010-88886666"),
        ("0571-88886666转801", "0571-88886666-801"),
        ("0571-88886666-12", "0571-88886666-12"),
        ("4001234567", "400-123-4567"),
    ],
)
def test_landlines_are_brought_into_one_form(make: Make, raw: str, value: str) -> None:
    assert make("landline").parse(raw) == value


@pytest.mark.parametrize("raw", ["3012345", "010-12345", "0570-0012345", "19900001234", "400-12-34567"])
def test_wrong_landlines_are_refused(make: Make, raw: str) -> None:
    assert refused(make("landline"), raw)


@pytest.mark.parametrize("raw", ["a@b.cn", "first.last+tag@Mail.Example.com"])
def test_addresses_are_read(make: Make, raw: str) -> None:
    assert make("email").parse(raw) == raw.replace("Mail.Example", "mail.example")


@pytest.mark.parametrize(
    "raw",
    [
        "a@b",
        "a..b@c.cn",
        ".a@b.cn",
        "a@-b.cn",
        "a b@c.cn",
        "a@b.cn\nBcc: x@y.cn",
        "甲@b.cn",
        "a" * 65 + "@b.cn",
    ],
)
def test_wrong_addresses_are_refused(make: Make, raw: str) -> None:
    assert refused(make("email"), raw)


@pytest.mark.parametrize(
    "raw", ["https://example.com/a?b=1#c", "http://10.0.0.1:8080/", "HTTPS://例子.中国/路径"]
)
def test_web_addresses_are_read(make: Make, raw: str) -> None:
    assert make("url").parse(raw) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "ftp://a.cn",
        "//a.cn",
        "https://",
        "https://u:p@a.cn",
        "http://[::1",
        "https://a.cn/<b>",
        "http://a:99999",
    ],
)
def test_other_schemes_and_credentials_are_refused(make: Make, raw: str) -> None:
    assert refused(make("url"), raw)

"""Pictures in formatted text: only our own addresses survive, however they are written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fab_app.fields.base import Field
from fab_app.fields.richtext import clean, held, placed

Make = Callable[..., Field]
ONE, TWO = "0" * 8 + "-0000-4000-8000-" + "0" * 12, "1" * 8 + "-1111-4111-8111-" + "1" * 12
OWN = (
    f"/shop/order/draft/{ONE}",
    f"/shop/order/file/12/{ONE}",
    f"/shop/m/order/file/12/{ONE}",
    f"/shop/m/2/order/draft/{ONE}",
    f"file/{ONE}",
)
STRANGE = (
    f"https://evil.example/shop/order/file/12/{ONE}",
    f"//evil.example/shop/order/file/12/{ONE}",
    f"/\\evil.example/order/file/12/{ONE}",
    f"\\\\evil.example/file/12/{ONE}",
    f"/shop/order/file/12/{ONE}?x=1",
    f"/shop/order/file/12/{ONE}#x",
    f"/shop/../order/file/12/{ONE}",
    f"/shop/order/file/x/{ONE}",
    f"javascript:/file/12/{ONE}",
    f"data:image/svg+xml,file/{ONE}",
    f"http:file/{ONE}",
    f" /shop/order/delete/12?/file/12/{ONE}",
    f"/shop/order/file/12/{ONE}\n",
    f"/shop/order/file/١٢/{ONE}",
    "/files/7",
    "x",
    "",
)


@pytest.fixture
def field(make: Make) -> Field:
    return make("richtext", pictures={"max": 2, "max_size": "1KB"})


@pytest.mark.parametrize("src", OWN)
def test_a_picture_of_ours_is_stored_without_its_page(field: Field, src: str) -> None:
    assert field.parse(f'<p>x</p><img src="{src}" alt="图">') == f'<p>x</p><img src="file/{ONE}" alt="图">'


@pytest.mark.parametrize("src", STRANGE)
def test_no_other_address_survives(field: Field, src: str) -> None:
    kept = field.parse(f'<p>x</p><img src="{src}" alt="y"><img srcset="{src} 2x"><p>z</p>')
    assert kept == "<p>x</p><p>z</p>"


@pytest.mark.parametrize("src", [*OWN, *STRANGE])
def test_text_that_takes_no_pictures_keeps_none(make: Make, src: str) -> None:
    assert make("richtext").parse(f'<p>x</p><img src="{src}">') == "<p>x</p>"


def test_what_a_picture_hides_in_its_words_stays_words(field: Field) -> None:
    kept = field.parse('<p>x</p><img alt="><script>alert(1)</script><img src=x onerror=alert(1)>">')
    assert kept is not None
    assert "<script" not in kept and "onerror" not in kept.replace("&lt;img src=x onerror", "")
    assert clean(kept) == kept


def test_words_that_look_like_a_picture_name_no_file(field: Field) -> None:
    kept = str(
        field.parse(f'<p title=\'src="file/{TWO}"\'>src="file/{TWO}" &lt;img src="file/{TWO}"&gt;</p>')
    )
    assert held(kept) == ()
    assert "/shop/" not in placed(kept, "/shop/order/file/3")


def test_a_stored_text_is_read_under_the_address_of_its_record() -> None:
    stored = f'<img src="file/{ONE}"><img src="file/{TWO}"><img src="file/{ONE}">'
    assert held(stored) == (ONE, TWO)
    assert placed(stored, "/shop/order/file/3").count("/shop/order/file/3/") == 3
    assert placed('<img src="https://evil.example/x.png">', "/shop/order/file/3") == ""


def test_pictures_alone_are_no_text_and_too_many_are_refused(make: Make, field: Field) -> None:
    picture = f'<img src="file/{ONE}">'
    with pytest.raises(ValueError):
        make("richtext", pictures={}, min=1).parse(picture)
    with pytest.raises(ValueError, match="2"):
        field.parse("<p>x</p>" + "".join(f'<img src="file/{n * 8}{ONE[8:]}">' for n in "123"))


@pytest.mark.parametrize(("name", "content"), [("a.svg", b"<svg/>"), ("a.png", b"<svg/>"), ("a.gif", b"")])
def test_only_pictures_are_taken(field: Field, name: str, content: bytes) -> None:
    with pytest.raises(ValueError):
        field.accept(name, content)  # type: ignore[attr-defined]
    assert field.max_size == 1024  # type: ignore[attr-defined]

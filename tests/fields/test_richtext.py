from __future__ import annotations

from collections.abc import Callable

import pytest

from fab_app.fields.base import Field
from fab_app.fields.richtext import clean, words
from fab_app.fields.show import Show

Make = Callable[..., Field]

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<iframe src='https://evil.example'></iframe>",
    "<svg onload=alert(1)><animate/></svg>",
    "<math><mtext></p><style><img src onerror=alert(1)></style></math>",
    "<div style='position:fixed;top:0;background:url(javascript:alert(1))'>x</div>",
    "<form action='/x'><input name=a><button>go</button></form>",
    "<p onclick='alert(1)' id='app' class='modal'>x</p>",
    "<object data='x.swf'></object><embed src='x.swf'>",
    "<base href='https://evil.example'><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<<script>script>alert(1)<</script>/script>",
)
FORBIDDEN = (
    *(
        "<script",
        "<iframe",
        "<svg",
        "<math",
        "<form",
        "<input",
        "<object",
        "<embed",
        "<base",
        "<meta",
        "<link",
        "<style",
    ),
    *(
        "<template",
        "onerror",
        "onload",
        "onclick",
        "javascript:",
        "data:",
        "position",
        "url(",
        " id=",
        " class=",
    ),
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_is_kept(make: Make, attack: str) -> None:
    kept = (make("richtext").parse(f"<p>正文</p>{attack}") or "").lower()
    assert [word for word in FORBIDDEN if word in kept.replace("&lt;", "")] == []
    assert "<p>正文</p>" in kept


@pytest.mark.parametrize("attack", ATTACKS)
def test_cleaning_twice_changes_nothing(attack: str) -> None:
    assert clean(clean(attack)) == clean(attack)


def test_formatting_is_kept() -> None:
    markup = (
        '<h2>标题</h2><p style="color:red">红<strong>粗</strong></p>'
        '<table><tbody><tr><td colspan="2">格</td></tr></tbody></table>'
        "<ul><li>一</li></ul>"
    )
    assert clean(markup) == markup


def test_links_are_cut_off_from_the_page() -> None:
    assert (
        clean('<a href="https://a.cn">a</a>')
        == '<a href="https://a.cn" rel="noopener noreferrer nofollow">a</a>'
    )


def test_a_row_written_past_the_judge_is_shown_harmless(make: Make) -> None:
    assert make("richtext").cell("<p>x</p><script>1</script>", Show()).text == "<p>x</p>"


def test_markup_without_words_or_pictures_is_empty(make: Make) -> None:
    field = make("richtext")
    assert [field.parse(markup) for markup in ("<p><br></p>", "<p>&nbsp;</p>", "<script>1</script>")] == [
        None
    ] * 3
    assert field.parse('<img src="/files/7">') is None
    picture = f'<img src="file/{"0" * 8}-0000-4000-8000-{"0" * 12}">'
    assert make("richtext", pictures={}).parse(picture) == picture


def test_the_characters_that_are_read_are_counted(make: Make) -> None:
    field = make("richtext", "正文", max=5)
    assert field.parse("<p><strong>一二</strong>三四五</p>") is not None
    with pytest.raises(ValueError, match=r"^正文不能超过 5 个字，现有 6 个字$"):
        field.parse("<p>一二三四五六</p>")


def test_words_stand_in_lines() -> None:
    assert words("<p>一 &lt; 二</p><p>三<br>四</p><script>五</script>") == "一 < 二\n三\n四"

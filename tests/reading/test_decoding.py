"""From bytes to text: one wrong byte or number costs one character, and no encoding is mistaken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.decoding import decode, repair_references
from bot.reading.html.blocks import parse_blocks

GERMAN = "Der Rat von Tessel schließt für elf Wochen die Brücke über den Kanal, weil Pfähle faulen."
FRENCH = "Le maire de l’île a déclaré : « La jetée fermée rouvrira dès l’été. »."
KOREAN = "다솔항 부두는 열한 주 동안 문을 닫는다고 항만 위원회가 화요일에 밝혔다."
JAPANESE = "テセル港の古い桟橋は十一週間閉鎖されると、委員会が火曜日に発表した。"
CHINESE = "特塞尔港务局周二决定关闭旧渡轮码头十一周，以便更换木桩。"
RUSSIAN = 'Портовый совет Тесселя решил закрыть "старый причал" на одиннадцать недель.'
LEGACY = [
    (FRENCH, "cp1252"),
    (GERMAN, "iso-8859-1"),
    (KOREAN, "euc-kr"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc-jp"),
    (CHINESE, "gb2312"),
    (RUSSIAN, "windows-1251"),
    (RUSSIAN, "koi8-r"),
]


def page(text: str, charset: str | None) -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}</head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("text", [GERMAN, FRENCH, KOREAN, JAPANESE, CHINESE, RUSSIAN])
@pytest.mark.parametrize("stated", [None, "utf-8"])
@pytest.mark.parametrize("header", [None, "utf-8", "iso-8859-1"])
def test_a_cut_character_costs_itself(text: str, stated: str | None, header: str | None) -> None:
    whole = page(text, stated)
    number = next(number for number, character in enumerate(whole) if character > "\x7f")
    lead = whole[number].encode()[:1]
    data = whole[:number].encode() + lead + whole[number + 1 :].encode()
    decoded = decode(data, header)
    assert decoded == f"{whole[:number]}\ufffd{whole[number + 1 :]}"


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
def test_another_encoding_is_still_known(text: str, encoding: str) -> None:
    data = page(text, None).encode(encoding)
    assert decode(data, encoding) == page(text, None)
    assert decode(page(text, encoding).encode(encoding)) == page(text, encoding)


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
def test_a_wrong_byte_in_another_encoding_costs_itself(text: str, encoding: str) -> None:
    bad = b"\x81" if encoding == "cp1252" else b"\xff"
    data = page(text, encoding).encode(encoding).replace(b"</p>", bad + b"</p>")
    assert text in decode(data)


def test_a_page_that_wrongly_says_utf_8_is_read_as_it_is_written() -> None:
    assert decode(page(FRENCH, "utf-8").encode("cp1252"), "utf-8") == page(FRENCH, "utf-8")


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "euc-kr", "latin-1", "x"]))
def test_any_bytes_become_text(data: bytes, charset: str | None) -> None:
    decode(data, charset).encode()


@pytest.mark.parametrize(
    ("html", "visible"),
    [
        ("The fer&#xD800;ry sails", "The ferry sails"),
        ("Zo&#1114112;ë &#x110000;sagt", "Zoë sagt"),
        ("다솔&#0;항&#11; 부두", "다솔항 부두"),
        ("didn&#146;t &#x93;go&#x94;", "didn’t “go”"),
        ("a &#38; b &#0065; &amp;#xD800; &#128512;", "a & b A &#xD800; 😀"),
        ("nul\0 and \x08back \ufffftoo", "nul and back too"),
    ],
)
def test_a_forbidden_character_costs_itself(html: str, visible: str) -> None:
    assert [block.text for block in parse_blocks(f"<p>{html}</p>")] == [visible]


@given(st.text(alphabet="&#xX;0123456789abdfAF ", max_size=40))
def test_repairing_is_harmless(text: str) -> None:
    assert repair_references(text.replace("&", "")) == text.replace("&", "")
    parse_blocks(f"<p>{repair_references(text)}</p>")

"""The encoding of a file without a mark is told by its names, few or many."""

from __future__ import annotations

import io
import random

import pytest

from synaptiq.leads.imports import charsets, reading

# Whatever the codec found is called, it reads the names as they were.
NAMES = {
    "latin-1": [
        "Zoë Müller José Anna Bob Søren", "João Conceição Núñez François", "Bjørn Åse Ærø",
        "Sigurður Þórður", "Größe Straße Gökçe", "AÑO MÜLLER", "Søren", "Müller Tomás",
    ],
    "cp1252": ["Acme® Café™ D’Angelo “Zoë”", "Œuvre Noël", "Muñoz–García m³"],
    "cp1250": [
        "Dvořák Novák Černý Tomáš", "Wałęsa Michał Świątek Łukasz", "Kovács Erdős Szűcs Győr",
        "Ştefan Măsurătoare Brânză", "Đorđević Šarić",
    ],
    "iso8859-2": ["Wałęsa Świątek Jaśmin Gdańsk", "Tomáš Šťastný Žďár"],
    "cp1254": ["Güneş Yılmaz Çağlar Doğan Şahin İstanbul"],
    "cp1257": ["Žukauskas Kazlauskaitė Jonušaitė", "Bērziņš Kalniņš Rīga"],
    "mac-roman": ["Zoë Müller José Søren", "François Núñez García Björk"],
    "cp850": ["Müller Größe José", "Bjørn Åse Zoë Müller"],
    "cp932": ["髙橋 N①", "佐藤太郎 東京", "ABC株式会社 Tシャツ", "三木英子 大阪"],
    "euc_jp": ["佐藤太郎 東京 大阪", "高橋健一 株式会社", "さくら タナカ"],
    "gb18030": ["张伟 王芳 李娜 北京", "刘洋 陈静 上海", "赵磊"],
    "big5": ["陳志明 林淑芬 台北", "黃美玲 高雄市", "王雅婷"],
    "cp949": ["김민수 이영희 서울", "박지현 최준호 부산", "정은미"],
    "cp1251": ["Иванов Пётр Москва", "ИВАНОВ АННА", "Шевченко Київ"],
    "koi8-r": ["Иванов Пётр Москва", "Смирнова Анна", "иванов анна"],
    "cp1253": ["Παπαδόπουλος Γιώργος Αθήνα", "Νίκος", "ΑΘΗΝΑ ΠΑΠΑΣ"],
    "cp1255": ["כהן לוי דוד ישראל", "משה"],
    "cp1256": ["محمد علي أحمد القاهرة", "فاطمة"],
}  # fmt: skip


@pytest.mark.parametrize("rows", [None, 50, 200])
@pytest.mark.parametrize(("written", "names"), [(e, n) for e, all in NAMES.items() for n in all])
def test_names_are_read_as_they_were_written(written: str, names: str, rows: int | None) -> None:
    each = names.split()
    drawn = each if rows is None else random.Random(rows).choices([*each, "Anna"], k=rows)
    text = "Name;Number\n" + "".join(f"{name};{n}\n" for n, name in enumerate(drawn))
    file = io.BytesIO(text.encode(written))
    dialect = reading.find(file)
    with reading.opened(file, dialect) as found:
        assert [row[0] for row in found] == ["Name", *drawn], dialect


def test_what_else_it_may_be_is_said_with_words_that_show_it() -> None:
    file = io.BytesIO("name\nSøren\nBob\n".encode("latin-1"))
    found = reading.find(file)
    assert (found.encoding, found.also, found.words) == ("cp1252", "cp1250", ("Søren",))
    other = reading.find(file, encoding="cp1250")
    assert (other.encoding, other.also, other.words) == ("cp1250", "", ("Sřren",))


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16", "ascii"])
def test_where_nothing_is_guessed_nothing_is_said(written: str) -> None:
    found = reading.find(io.BytesIO("name\nSoren\n".encode(written)))
    assert (found.also, found.words) == ("", ())


def test_bytes_that_fit_nowhere_are_read_byte_by_byte() -> None:
    assert charsets.guess(bytes(range(0x80, 0x100))).encoding == "iso8859-1"

"""Which encoding a text without a mark is in, told by its words.

Names are too short and too few for the frequencies that libraries go by: of "Søren" and "Sřren" a
list of leads says nothing else than that the first can be written in what most files are written
in. So each encoding reads all words, and the one in which fewest make no sense is taken; of several
alike the one that is more common.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# An encoding that is not worse by more than this share of words may be meant as well.
_NEAR = 0.05
# More different words say nothing new.
MOST_WORDS = 2_000
# Letters that stand together in words of one language, besides those of ASCII.
_WEST = (
    "àâæçèéêëîïôœùûüÿ", "äöüßé", "áéíóúüñ", "àçèéíïòóúü", "ãâáàçéêíóôõúü", "àèéìíîòóùú",
    "æøåäöüé", "åäöõüšžé", "éèêëïöüáó", "áðéíóúýþæö",
)  # fmt: skip
_CENTRE = (
    "ąćęłńóśźż", "áäčďéěíĺľňóôöŕřšťúůüýž", "áéíóöőúüű", "ăâîşţéö", "čćđšž", "äöüßé", "çëé",
)  # fmt: skip
_TURKISH = ("çğıöşüâîûİ", "äöüßé", "àâçèéêëîïôùûü", "áéíóúüñ")
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž", "äöüßé")
# What people write around words and within them, in whatever language.
_AROUND = " \xa0\xad“”„‘’‚«»‹›–—…€£®™©°§·•¡¿×|\u3000"
_MOST_AROUND = 3
_WITHIN = re.compile(r"[\xa0\xad’‘–—·]")
_UNITS = re.compile(r"[ckd]?m[²³]")
# Beside ASCII letters there may be any character beyond.
_WORD = re.compile(r"[^\x00-@\[-`{-\x7f]+")
_HAN, _KANA, _HANGUL = (
    "々〆ヶ\u4e00-\u9fff\uf900-\ufaff",
    "\u3041-\u30ff\uff61-\uff9f",
    "\uac00-\ud7a3",
)
_SIGNS = (
    "\u3000-\u3004\u3006-\u3020\uff01-\uff60\u2460-\u24ff\u3200-\u33ff\u2160-\u217b"
    "№℡―…‘’“”·×○◎●△▲■□★☆〒※→℃"
)
# A letter of these scripts does not follow a small one of ASCII: that is half of a Western word.
_APART = re.compile(r"[a-z][^\x00-\x7f]|[^\x00-\x7f][a-z]")
# Four such letters in a row are no word in Latin ones. In Portuguese õ stands before e and i, and
# ã before o, e and the end: elsewhere they are what a Hungarian ő and a Romanian ă look like.
_ODD = re.compile(r"[^\x00-\x7f]{4}|õ(?![ei])|ã(?![oe]|s?$)", re.IGNORECASE)
# Characters that names, places and companies are full of, by which encodings of one form differ.
_JAPANESE = (
    "田中山本村川木林佐藤鈴高橋伊渡辺小大松井上野原加吉口石斉斎清水島崎池谷内森岡後三青長阿部前東京都"
    "県市区町名古屋横浜神奈阪府福愛知千葉埼玉北海道株式会社一二郎太子美恵介男之雄正和明幸健真由香裕英"
    "智久文代博樹直淳年齢住所氏電話番号様有限新西南月日髙﨑"
    + "".join(map(chr, range(0x3041, 0x30FF)))
)
_CHINESE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文华建国玉红志海东晓小春梅鹏飞宇北京上海广州深圳市"
    "省区公司有限责任中国科技姓名电话地址邮箱客户名称备注州南西江河山大天安成都杭州武汉"
)
_TAIWAN = (
    "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐周葉蘇莊呂江何蕭羅高潘簡朱鍾游彭詹胡施沈余盧梁趙顏柯翁魏孫戴"
    "范方宋鄧志明俊傑建宏家豪文雄淑芬惠美雅婷怡君麗玲華秀英台北市高雄中南新竹縣區路公司有限股份國際科技"
    "姓名電話地址客戶備註灣香港大小"
)
_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송류홍전고문양손배백허유남심노하곽성차주우구민진지현수영준서연은미경"
    "상철호동기재원선희혜숙순자광태용석훈대주식회사서울부산시구로길동인천전화번호름주소메일회사명가나다라"
)
_RUSSIAN, _GREEK = "оаеинтрсвлк", "αοιετσνηςρυ"
_HEBREW, _ARABIC = "יוהלארמבנת", "الينمرودبتع"


@dataclass(frozen=True)
class _Charset:
    """An encoding: whether a word makes sense in it, and its common characters (of Latin ones none:
    there all words are told by their alphabet)."""

    name: str
    sense: Callable[[str], bool]
    common: str = ""


class Guess(NamedTuple):
    """The encoding, and one that makes as much sense of other words (or "")."""

    encoding: str
    also: str = ""


def _latin(alphabets: Sequence[str]) -> Callable[[str], bool]:
    known = [frozenset(letters + letters.upper()) for letters in alphabets]

    def sense(word: str) -> bool:
        beyond = {c for c in word if c > "\x7f"}
        return (
            any(beyond <= letters for letters in known)
            and not _ODD.search(word)
            and _is_cased(word)
        )

    return sense


def _script(letters: str) -> Callable[[str], bool]:
    script = re.compile(f"[{letters}]+")
    return lambda word: script.fullmatch(word) is not None and _is_cased(word)


def _eastern(*scripts: str) -> Callable[[str], bool]:
    """Words of one of these scripts, between which ASCII may stand."""
    known = re.compile("|".join(f"[A-Za-z{script}{_SIGNS}]+" for script in scripts))
    return lambda word: known.fullmatch(word) is not None and not _APART.search(word)


def _is_cased(word: str) -> bool:
    """Whether letters beyond ASCII are capitals at the beginning only, or in words of capitals."""
    return not any(c > "\x7f" and c.isupper() for c in word[1:]) or word == word.upper()


# Of several that make the same sense, the earlier one is meant.
_CHARSETS = (
    _Charset("cp1252", _latin(_WEST)),
    # Every byte is a character in this one, so that there is one in any case.
    _Charset("iso8859-1", _latin(_WEST)),
    _Charset("cp1250", _latin(_CENTRE)),
    _Charset("iso8859-2", _latin(_CENTRE)),
    _Charset("cp1254", _latin(_TURKISH)),
    _Charset("cp1257", _latin(_BALTIC)),
    _Charset("mac-roman", _latin(_WEST)),
    _Charset("cp850", _latin(_WEST)),
    _Charset("cp932", _eastern(_HAN + _KANA), _JAPANESE),
    _Charset("euc_jp", _eastern(_HAN + _KANA), _JAPANESE),
    _Charset("gb18030", _eastern(_HAN), _CHINESE),
    _Charset("big5", _eastern(_HAN), _TAIWAN),
    _Charset("cp949", _eastern(_HANGUL, _HAN), _KOREAN),
    _Charset("cp1251", _script("\u0400-\u045f\u0490\u0491"), _RUSSIAN),
    _Charset("koi8-r", _script("\u0400-\u045f"), _RUSSIAN),
    _Charset("cp1253", _script("\u0370-\u03ff"), _GREEK),
    _Charset("cp1255", _script("\u0590-\u05ff"), _HEBREW),
    _Charset("cp1256", _script("\u0600-\u06ff"), _ARABIC),
)  # fmt: skip


def guess(sample: bytes) -> Guess:
    """Of lines that are neither ASCII nor UTF-8."""
    lines = _lines(sample)
    texts: dict[str, str] = {}
    found: list[tuple[float, float, str]] = []
    for charset in _CHARSETS:
        try:
            text = codecs.getincrementaldecoder(charset.name)().decode(lines)
        except UnicodeDecodeError:
            continue
        if text in texts.values():
            # What the same text is in both is decided by the more common one.
            continue
        texts[charset.name] = text
        found.append((*_score(charset, text), charset.name))
    # Python's sort keeps the order of those alike.
    found.sort(key=lambda one: one[:2])
    best, *others = found
    near = [o for o in others if o[0] <= best[0] + _NEAR and o[1] <= best[1] + _NEAR]
    return Guess(best[2], near[0][2] if near else "")


def words(sample: bytes, encoding: str, most: int = 6) -> list[str]:
    """Some words that are not ASCII, as this encoding reads them."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(_lines(sample))
    return [word[:40] for word in _words(text)][:most]


def _lines(sample: bytes) -> bytes:
    """Lines of ASCII alone say nothing."""
    return b"".join(line for line in sample.splitlines(True) if not line.isascii())


def _words(text: str) -> dict[str, None]:
    """The different words with a character beyond ASCII, in their order."""
    found: dict[str, None] = {}
    for word in _WORD.findall(text):
        if not word.isascii():
            found[word] = None
            if len(found) == MOST_WORDS:
                break
    return found


def _score(charset: _Charset, text: str) -> tuple[float, float]:
    """The share of words that make no sense, and minus the share of common characters."""
    found = _words(text)
    wrong = sum(not _makes_sense(word, charset) for word in found)
    letters = [c for word in found for c in word.lower() if c > "\x7f"]
    common = sum(c in charset.common for c in letters) / (len(letters) or 1)
    return round(wrong / (len(found) or 1), 2), -common if charset.common else -1


def _makes_sense(word: str, charset: _Charset) -> bool:
    bare = word.strip(_AROUND).rstrip("ªº")
    if len(word) - len(bare) > _MOST_AROUND:
        return False
    parts = (part.strip(_AROUND) for part in _WITHIN.split(bare))
    return all(part.isascii() or _UNITS.fullmatch(part) or charset.sense(part) for part in parts)

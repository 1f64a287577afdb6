"""Who decides. A message is read part by part: beside a word of deciding stands who does it, the
visitor or somebody else, and a negation turns it round. What is said last counts; what is only
repeated to be taken back ("I said my boss signs") says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from synaptiq.agent.core.extract import cues
from synaptiq.agent.core.extract.tokens import Message, Token

_ME = frozenset(("i", "i'm", "i'll", "i'd", "i've", "im", "me", "myself", "mine", "ive"))
_OTHERS = frozenset((
    "he", "she", "they", "him", "her", "his", "hers", "their", "theirs", "them", "he's", "she's",
    "they're", "he'd", "she'd", "they'd", "he'll", "she'll", "they'll", "someone",
    "somebody", "procurement", "purchasing",
    "finance", "management", "boss", "bosses", "manager", "managers", "ceo", "cto", "cfo", "coo",
    "cio", "md", "chief", "director", "directors", "board", "head", "owner", "owners",
    "supervisor", "vp", "partner", "partners", "superior", "superiors", "department", "dept",
    "committee", "council", "husband", "wife", "president", "founder", "founders", "lead", "legal",
    "dad", "father", "mum", "mom", "mother", "brother", "sister", "son", "daughter", "chairman",
    "chair", "trustees", "investors", "shareholders", "members", "colleague", "colleagues",
    "principal", "controller", "treasurer", "leadership", "hq", "headquarters", "office", "boys",
    "executives", "executive", "team", "group", "it", "lawyer", "everyone", "accountant", "guy",
    "lady", "upstairs", "else", "senior", "seniors",
))  # fmt: skip
# "Nobody else signs": a holder that denies.
_NOBODY = frozenset(("nobody", "noone", "anyone", "anybody"))
# Whoever stands before one of these does it.
_VERBS = frozenset((
    "decide", "decides", "deciding", "choose", "chooses", "approve", "approves",
    "authorise", "authorises", "authorize", "authorizes", "okays", "greenlights", "votes",
    "vote", "handles", "handle",
))  # fmt: skip
_SIGNS = frozenset(("sign", "signs", "signing"))
_NOUNS = frozenset((
    "decision", "decisions", "call", "calls", "choice", "say", "word", "authority", "mandate",
    "veto", "shots", "purse", "decider", "approver", "signatory", "decision-maker", "maker",
    "makers", "charge", "buyer", "over",
))  # fmt: skip
# Who has to do so, decides as well; but "I agree" says nothing.
_AGREE = frozenset(("agree", "agrees", "countersign", "countersigns", "co-sign", "confirm", "yes"))
# These are common words; they mean the decision beside one of those.
_COMMON = frozenset(("call", "calls", "say", "word", "choice", "charge", "maker", "over"))
_MARKS = frozenset((
    "final", "last", "my", "his", "her", "their", "in", "decision", "own", "sole",
))  # fmt: skip
# "Up to me", "lies with the board".
_LEFT = frozenset((
    "up", "left", "leaves", "leave", "leaving", "delegated", "delegates", "handed", "passed",
    "given", "gave", "falls", "fell", "down", "belongs", "lies", "lie", "sits", "rests", "stays",
    "stops", "remains", "assigned", "transferred", "entrusted", "over", "is",
))  # fmt: skip
_SURELY_LEFT = frozenset(("up", "delegated", "lies", "lie", "sits", "rests", "stops"))
# Who needs one of these does not decide alone.
_LEAVE = frozenset((
    "approval", "permission", "sign-off", "signoff", "blessing", "go-ahead", "ok", "okay",
    "consent", "ask", "asking", "consult", "signature", "need", "needing",
))  # fmt: skip
_PREPARES = frozenset((
    "collecting", "gathering", "researching", "shortlisting", "preparing", "recommend",
    "recommending", "advise", "advising", "evaluating", "comparing", "suggest", "shortlist",
    "collect", "gather", "messenger", "legwork", "research", "intern", "assistant", "scouting",
))  # fmt: skip
_LATER = frozenset((
    "of", "faster", "better", "sooner", "today", "tomorrow", "soon", "quickly", "between", "later",
    "when", "if", "whether", "which", "after", "once", "yet", "how", "what",
))  # fmt: skip
_PARTING = frozenset(".!?;:,()–—…") | {
    "but", "however", "although", "though", "because", "since", "and", "so", "meaning", "while",
    "whereas", "except", "therefore",
}  # fmt: skip
_UNSURE = frozenset(("if", "whether", "maybe", "perhaps", "might", "unless", "until", "once",
                     "when", "how", "what", "your", "you", "you're"))  # fmt: skip
_SOFT = frozenset((
    "actually", "really", "now", "just", "only", "all", "still", "alone", "yes", "yep", "yeah",
    "no", "nope", "well", "that's", "thats", "it's", "its", "is", "was", "would", "be", "that'd",
    "it'd", "that", "it", "ok", "sorry", "again", "anymore", "any", "more", "longer", "after",
    "these", "days", "not", "isn't", "the", "one", "will", "who", "does", "do", "am", "did", "up",
    "to", "with", "my", "our", "a", "then", "oh", "ah", "actual", "in", "fact", "also", "instead",
    "of", "rather", "than", "took", "over", "has", "taken", "have", "i", "sure", "lol", "haha",
    "and", "me", "myself", "entirely", "solely", "turns", "out", "apparently", "means", "on",
    "afraid", "guess", "think", "im", "i'm", "tbh",
))  # fmt: skip
# What a part with one of these says was said before, or is over.
_OLD = re.compile(
    r"\b(?<!as )(?:(?:i|you|we)(?:\s+(?:had|have|may|might|previously|earlier|first|"
    r"originally|just|know|did|wrongly|mistakenly))*\s+"
    r"(?:said|say|told|mentioned|wrote|stated|claimed|thought|assumed|typed|put|answered|believed|implied|noted|"
    r"indicated|named|described|made\s+it\s+sound)|about\s+(?:me|my|being)\b|contrary\s+to|used\s+to|previously|formerly|was\s+wrong)\b",
    re.IGNORECASE,
)
_POST = re.compile(
    r"\b(?:i'm|i\s+am|im)\s+(?:the\s+|now\s+|actually\s+)+(?:[\w-]+\s+)?(?:founder|ceo|boss|proprietor|owner)\b"
    r"(?!\s+of\s+(?:the|this|that|an?)\s+(?:account|email|ticket|domain|order|page))",
    re.IGNORECASE,
)
# Only where it was asked or is known: one checks other things with the boss too.
_FIRST_THEM = re.compile(
    r"\b(?:run|clear|discuss|check|talk|confirm|agree)\s+(?:(?:it|this|that|everything)\s+)?"
    r"(?:past|by|with|through|to|over\s+with)\s+(?:my|our|the|him|her|them)\b|"
    r"\b(?:go|goes|went)\s+(?:through|past|to|by)\s+(?:my|our|the|him|her|them)\b",
    re.IGNORECASE,
)

_TOPIC = _VERBS | _SIGNS | {"decision", "authority", "approval", "sign-off", "ok", "okay"}
_OWNS = re.compile(
    r"\bi\s+(?:own|run|founded|started)\s+(?:the|this|my|our|a)\s+(?:\w+\s+)?"
    r"(?:company|business|shop|firm|store|practice|agency|place|restaurant|studio|clinic|school|farm|office)\b",
    re.IGNORECASE,
)
_AS_ME = re.compile(
    r"\b(?:take|treat|consider|count|regard|see|put)\s+me\s+(?:down\s+)?as\s+(?:the\s+|your\s+)?(?:\w+\s+)?"
    r"(?:(?:one|person|guy)\s+who\s+)?(?:decision|authority|decider|decides|signs|approves|approver|buyer)",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:past|by|through)\b", re.IGNORECASE)
_NO_ANSWER = _NOBODY | _ME - {"me", "myself", "mine"} | {"it"}
_BE = frozenset((
    "it's", "its", "it", "that's", "thats", "that", "is", "not", "isn't", "longer", "be", "than",
    "of", "means", "to", "with", "that'd", "it'd", "was", "on",
))  # fmt: skip


# "I'm the managing director" names nobody else.
_POSTS = frozenset(("boss", "ceo", "owner", "md", "director", "founder", "president", "principal"))
_LEADS_TO_POST = frozenset(("the", "a", "an", "managing", "now", "actually", "also", "sole", "not"))
# "Priya makes the decision".
_MAKES = tuple(
    [verb, what] for verb in ("makes", "takes", "has", "holds") for what in ("the", "that")
)


@dataclass(frozen=True)
class _Holder:
    place: int
    me: bool
    denies: bool = False
    named: bool = False


def about(nouns: tuple[str, ...]) -> bool:
    """Whether a criterion of yes and no asks who decides."""
    return bool({"decide", "decision", "decision maker", "decides"}.intersection(nouns))


def says(message: Message, *, asked: bool, known: bool = False) -> bool | None:
    """Whether the message says that its writer decides (True) or another (False), None where it
    says neither. `known`: who decides was said before, so that "it's me now" is enough."""
    verdict, taken_back = None, None
    for first, last in _parts(message):
        if last < len(message.tokens) and message.tokens[last].text == "?":
            continue
        part = message.quote(first, last).replace("’", "'")
        found = _of(message, first, last, part, weak=asked or known, asked=asked)
        if _OLD.search(part) or cues.WRONG_ABOUT.search(part):
            taken_back = found if cues.WRONG_ABOUT.search(part) else taken_back
        elif found is not None:
            verdict = found
    if verdict is None and taken_back is not None:
        return not taken_back
    return verdict


def _parts(message: Message) -> Iterator[tuple[int, int]]:
    first = 0
    for place, token in enumerate(message.tokens):
        dash = token.text == "-" and message.text[token.start - 1 : token.start].isspace()
        if token.text in _PARTING or dash:
            if place > first:
                yield first, place
            first = place + 1
    if first < len(message.tokens):
        yield first, len(message.tokens)


def _of(
    message: Message, first: int, last: int, part: str, *, weak: bool, asked: bool
) -> bool | None:
    if _AS_ME.search(part):
        return cues.NEGATIONS.isdisjoint(message.words(first, last))
    tokens = message.tokens[first:last]
    words = [token.text for token in tokens]
    holders = list(_holders(message, tokens))
    found = None
    for place, word in enumerate(words):
        if _UNSURE.intersection(words[: place + 1]) or _asks_who(words, place):
            return found
        verdict = _at(words, place, holders, weak=weak)
        if verdict is not None:
            found = verdict
        if word in _LEFT and verdict is not None:
            break
    if found is not None:
        return found
    if _POST.search(part) or (asked and _OWNS.search(part)):
        return True
    if not weak:
        return None
    them = _FIRST_THEM.search(part)
    others = any(not one.me for one in holders) and cues.is_correction(message.text)
    if them and (asked or others or _PAST.search(them.group())):
        return bool(cues.NEGATIONS.intersection(words))
    does = words[-1] in ("does", "will", "must", "take") or words[-2:] == ["has", "to"]
    if does and holders and not holders[-1].me and _TOPIC.intersection(message.places):
        # "I thought I could approve it, but our controller has to".
        return bool(cues.NEGATIONS.intersection(words))
    return _alone(words, holders, asked=asked)


def _alone(words: list[str], holders: list[_Holder], *, asked: bool) -> bool | None:
    """ "It's me", "not the board any more": hardly more than the holder."""
    named = [one for one in holders if not one.named and words[one.place] not in _NO_ANSWER]
    if not named or "again" in words:
        return None
    last = named[-1]
    near = {last.place, *(() if last.me else (last.place - 1, last.place + 1))}
    if any(k not in near and w not in _SOFT for k, w in enumerate(words)):
        return None
    if any(word[0].isdigit() for word in words):
        return None
    if not asked and not _BE.intersection(words[max(0, last.place - 4) : last.place]):
        return None
    return last.me is not _is_denied(words[: last.place + 1], last)


def _at(words: list[str], place: int, holders: list[_Holder], *, weak: bool) -> bool | None:
    """What the word at `place` says, if it is one of deciding."""
    word, behind = words[place], words[place + 1 :]
    before = [one for one in holders if one.place < place]
    holder = before[-1] if before else None
    if word in _LEFT:
        to = next((k for k, w in enumerate(behind[:6]) if w in ("to", "with", "on")), None)
        after = [one for one in holders if to is not None and 0 < one.place - place - 1 - to <= 3]
        sure = word in _SURELY_LEFT or weak or bool(_NOUNS.intersection(words))
        if word == "is" and (to or 0) > 1:
            # "This is Dan typing on her laptop".
            return None
        if not after or not sure or words[after[0].place] == "it":
            return None
        return after[0].me is not _is_denied(words[:place] + behind[: to or 0], after[0])
    if word in _PREPARES and holder and holder.me:
        light = {"only", "just", "merely"}.intersection(words[max(0, place - 4) : place])
        return False if light and word not in ("comparing", "evaluating") else None
    if word in _LEAVE:
        others = [one for one in holders if not one.me]
        denied = _is_denied(words[:place], None) or words[max(0, place - 1) : place] == ["no"]
        if word in ("need", "needing"):
            return True if denied and others and (not before or before[-1].me) else None
        needs = {"need", "needs", "require", "requires", "have", "has", "must", "get", "waiting",
                 "wait", "takes", "without", "no"}.intersection(words[:place])  # fmt: skip
        return denied if needs and (others or weak) else None
    if word in _AGREE and (holder is None or holder.me):
        return None
    if not _is_deciding(words, place, weak=weak):
        return None
    if holder is None or words[holder.place] == "it":
        after = [one for one in holders if one.place > place and one.place - place <= 5]
        if word in _NOUNS and after and words[after[0].place] != "it":
            holder = after[0]
        elif word[-1] == "s" and word not in _NOUNS and place and words[place - 1] not in (
            "it", "that", "this", "we", "what", "bot", "agent", "system", "software", "who",
        ):  # fmt: skip
            # "Karen decides".
            return _is_denied(words[:place], None)
        else:
            return None
    return holder.me is not _is_denied(words[: max(place, holder.place)], holder)


def _is_deciding(words: list[str], place: int, *, weak: bool) -> bool:
    word, behind = words[place], words[place + 1 : place + 2]
    if word in _SIGNS:
        follows = words[place + 1 : place + 5]
        return "off" in follows or (
            "up" not in behind and "in" not in behind
            and (not behind or bool({"it", "this", "that", "for", "things", "contract", "contracts",
                                    "everything", "these", "now"}.intersection(follows)))
        )  # fmt: skip
    if word in _AGREE:
        return weak and (word != "yes" or words[place - 1 : place] in (["say"], ["says"]))
    if word in ("handle", "handles", "over"):
        taken = words[place - 1 : place] in (["took"], ["taken"], ["takes"])
        return weak and (taken or word != "over")
    if word in ("ok", "okay"):
        return weak and behind in (["it"], ["this"], ["that"])
    if word in _VERBS:
        if words[place + 1 : place + 4][-2:] == ["after", "all"] or behind == ["after"]:
            return words[place + 1 : place + 3] != ["after", "the"]
        return not _LATER.intersection(words[place + 1 : place + 4]) and behind != ["to"]
    if word in _COMMON:
        near = words[max(0, place - 2) : place]
        return bool(_MARKS.intersection(near)) or (
            near[:1] in (["make"], ["makes"], ["making"], ["has"], ["have"])
            and near[1] in ("the", "that")
        )
    return word in _NOUNS


def _asks_who(words: list[str], place: int) -> bool:
    """ "Who decides", but not "me who decides", "the one who decides"."""
    return words[place] == "who" and (
        not place or words[place - 1] in ("sure", "know", "on", "is", "see", "of", "asked", "ask")
    )


def _holders(message: Message, tokens: tuple[Token, ...]) -> Iterator[_Holder]:
    for place, token in enumerate(tokens):
        word, behind = token.text, tokens[place + 1 : place + 4]
        base = word.removesuffix("'s")
        if word in _ME:
            yield _Holder(place, True)
        elif word in ("my", "our") and behind:
            near = [one.text for one in behind]
            noun = next((k for k, w in enumerate(near) if w in _NOUNS), None)
            if word == "my" and noun is not None and not _OTHERS.intersection(near[:noun]):
                yield _Holder(place, True)
        elif word in _NOBODY:
            yield _Holder(place, False, denies=word in ("nobody", "noone"))
        elif base in _POSTS and _is_oneself(tokens, place):
            yield _Holder(place, True)
        elif base in _OTHERS:
            led = tokens[place - 1].text if place else ""
            if base not in ("it", "lead", "office", "guy", "lady", "else", "group") or led in (
                "my", "our", "the", "head", "by", "with",
            ):  # fmt: skip
                yield _Holder(place, False)
        elif _is_name(message, tokens, place):
            yield _Holder(place, False, named=True)


def _is_oneself(tokens: tuple[Token, ...], place: int) -> bool:
    """Whether "I'm the managing …" leads to it."""
    first = place
    while first and tokens[first - 1].text in _LEADS_TO_POST:
        first -= 1
    words = [one.text for one in tokens[max(0, first - 2) : first]]
    return words[-1:] in (["i'm"], ["im"]) or words == ["i", "am"]


def _is_name(message: Message, tokens: tuple[Token, ...], place: int) -> bool:
    """Whether a word with a capital is somebody who decides, or does not."""
    token, behind = tokens[place], [one.text for one in tokens[place + 1 : place + 3]]
    if not (token.start and token.is_word and message.text[token.start].isupper()):
        return False
    if not place:
        return behind in _MAKES and token.text not in ("it", "that", "this", "who")
    return (
        token.text.endswith("'s")
        or tokens[place - 1].text in ("not", "to", "with", "than", "of", "longer", "it's", "is")
        or not (_VERBS | _SIGNS).isdisjoint(behind[:1])
    )


def _is_denied(before: list[str], holder: _Holder | None) -> bool:
    count = sum(
        word in cues.NEGATIONS or word == "without"
        # "No, I decide" only denies what was said before.
        or (word == "no" and (place or before[1:2] == ["need"])
            and before[place + 1 : place + 2] not in (["longer"], ["more"]))
        or (word == "than" and before[place - 1 : place] == ["rather"])
        or (word == "of" and before[place - 1 : place] == ["instead"])
        for place, word in enumerate(before)
        if before[place + 1 : place + 2] not in (["only"], ["sure"])
    )  # fmt: skip
    return bool((count + (holder is not None and holder.denies)) % 2)

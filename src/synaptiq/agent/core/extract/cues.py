"""The words by which people take something back, in one place: the rules that use them are in
`replaced` (which value is the old one) and in `whose` (whose matter a sentence is)."""

from __future__ import annotations

import re

# What is said not to be so stands behind one of these in its part of the sentence.
NEGATIONS = frozenset((
    "not", "isn't", "aren't", "wasn't", "weren't", "won't", "don't", "doesn't", "didn't", "never",
    "can't", "cannot", "couldn't", "haven't", "hasn't", "wouldn't", "isnt", "arent", "wont",
    "dont", "didnt", "longer", "cant", "couldnt", "wasnt", "doesnt",
))  # fmt: skip
# "Not sure", "don't know": no value is denied by it.
UNSURE = frozenset((
    "sure", "certain", "know", "only", "just", "yet", "bad", "think", "say", "remember", "recall",
    "mind", "worry", "expect", "being", "able",
))  # fmt: skip
# "Not before March" says March, "can't spend more than 5k" says 5k at most.
EDGES = frozenset((
    "before", "until", "till", "than", "over", "above", "under", "below", "exceed", "beyond",
    "later", "earlier", "sooner",
))  # fmt: skip
# "Drop the 50": what is named behind it is given up.
DROPS = frozenset((
    "drop", "forget", "ignore", "remove", "delete", "disregard", "scratch", "strike", "discard",
    "erase", "nevermind", "mind", "scrap", "bin",
))  # fmt: skip
# "Change 50 to 65", "replace 50 with 44"; "from" may stand between.
SWAPS = frozenset((
    "change", "changed", "changes", "replace", "swap", "correct", "corrected", "update", "updated",
    "fix", "turn", "edit", "switch", "switched", "revised", "shift", "move", "push", "postpone",
    "delay", "adjust", "adjusted", "amend",
))  # fmt: skip
# "Went from 50 to 38": the first is the old one. A plan ("grow from 20 to 50") is no change yet.
MOVES = SWAPS | frozenset((
    "went", "gone", "going", "grew", "grown", "raised", "increased", "cut", "reduced", "lowered",
    "dropped", "moved", "moving", "shifted", "pushed", "postponed", "delayed", "slipped", "brought",
    "bumped", "doubled", "shrank", "shrunk", "expanded", "jumped", "fell", "fallen", "rose",
    "risen", "climbed", "extended", "downsized", "scaled", "trimmed", "slashed", "up", "down",
    "rescheduled",
))  # fmt: skip
ARROWS = frozenset(("->", "=>", "→", "-->", "➔", "⇒", ">"))
# Behind a value: what says that it was wrong, or that it is over.
WRONG = re.compile(
    r"^(?:\s+[^\W\d_]+){0,2}?[\"'”’]?\s*(?:(?:is|was|were|are|isn't|wasn't|aren't|'s|has|have|got|seems|looks)\s+"
    r"(?:been\s+)?(?:not\s+|no\s+longer\s+|just\s+|an?\s+|my\s+|the\s+|clearly\s+|obviously\s+|of\s+course\s+)*"
    r"(?:wrong|incorrect|typos?|mistakes?|errors?|off|out(?!\s+of)|outdated|old|gone|nonsense|right|correct|"
    r"certain|true|accurate|valid|misunderstanding|last\s+year|before|earlier|cancell?ed|dropped|"
    r"(?:too|(?:a\s+)?bit|a\s+(?:little|tad|touch)|way\s+too|rather|quite|slightly|far\s+too|overly)\s+(?:too\s+)?"
    r"(?:many|much|high|low|few|big|small|late|early|optimistic|soon|ambitious|tight|generous|conservative)|"
    r"(?:too\s+)?(?:optimistic|ambitious)|by\s+mistake)\b"
    r"|(?:by\s+mistake|by\s+accident|in\s+error|wrongly)\b"
    r"|(?:before|previously|earlier|originally|initially|at\s+first|last\s+(?:year|quarter|month))\s*[,.;]"
    r"|(?:is|are)\s+no\s+longer\b"
    r"|was\s+(?:only\s+|just\s+)?(?:\w+\s+)?(?:wish\w*|guess\w*|estimate|dream|hope|assumption|idea)\b"
    r"|(?:doesn't|does\s+not|don't|won't|wouldn't|can't|cannot|didn't)\s+(?:really\s+|actually\s+)?(?:work|do|fit|suit|happen|count|apply)\b"
    r"|(?:is|are|falls\s+on|clashes\s+with)\s+(?:an?\s+|the\s+|our\s+)?(?:(?:bank|public|national|school)\s+)?(?:holidays?|busy|full|taken|booked|peak)\b)",
    re.IGNORECASE,
)
# "is right" behind a value confirms it; only with a "not" it is wrong.
RIGHT = re.compile(r"\b(?:right|correct|certain|true|accurate|valid)$", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|no\s+longer|\w+n't)\b", re.IGNORECASE)
# What a value is said to be that takes the place of another: "May is more realistic".
_FIT = (
    r"(?:like|realistic|likely|accurate|honest|precise|sensible|doable|feasible|correct|exact|reasonable|suitable|"
    r"appropriate|convenient|comfortable|probable|plausible|manageable|fitting|practical|true|right|achievable)"
)
FINE = re.compile(
    r"\s*(?:is|are|'s|'d\s+be|would\s+be|will\s+be|might\s+be|sounds|seems|looks|feels|suits|fits|works|"
    r"would\s+(?:work|suit|fit|do))\b(?:\s+(?:(?:us|me)\s+)?(?:also|actually|probably|really|far|much|a\s+(?:lot|bit)|"
    r"just|still|then|now))*\s+(?:closer|nearer|better|safer|fine|ok|okay|possible|best|enough|(?:the|our|my)\s+(?:\w+\s+)?(?:limit|ceiling|cap|max(?:imum)?|most|plan|deadline|target)|the\s+(?:right|real|correct|"
    r"actual|true|new)\s+\w+|(?:more\s+)?" + _FIT + r")\b",
    re.IGNORECASE,
)
# "… is more honest than the 500 I gave": the second of the two is the old one.
COMPARED = re.compile(
    r"\b(?:more|less|rather|\w{2,}er|other)\b(?:\s+[^\W\d_]+){0,3}?\s+than\s+(?:(?:the|my|our|that|those|a|what|just|about|only)\s+){0,2}$",
    re.IGNORECASE,
)
# "Two people left": by how much it changed, not what it is.
CHANGED_BY = re.compile(
    r"^(?:\s+[^\W\d_]+){0,2}?\s+(?:more\b(?!\s+than\s+[\d$€£])(?!\s+"
    + _FIT
    + r"\b)(?!\s+\w+(?:\s+\w+)?\s+than\b)|extra\b|additional\b|"
    r"new\s+[^\W\d_]+|left|quit|resigned|joined|dropped\s+out|retired|(?:are|were)\s+laid\s+off)\b",
    re.IGNORECASE,
)
SHOULD = re.compile(
    r"^(?:\s+[^\W\d_]+){0,3}?\s*,?\s*(?:(?:it|that|this|which)\s+)?(?:should|ought\s+to|needs?\s+to|has\s+to|must)\s+"
    r"(?:have\s+)?(?:been|be|read|say)\b",
    re.IGNORECASE,
)
# Before a value: it was so once.
ONCE = re.compile(
    r"\b(?:used\s+to\s+(?:be|have)|previously|formerly|originally|initially|had\s+been|"
    r"(?:up|down)\s+from)\s+(?:\w+\s+){0,2}$|[,;(–—-]\s*(?:(?:it|that|we|which)\s+)?(?:was|were)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
WAS = re.compile(r"\b(?:was|were)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
NOW = re.compile(r"\b(?:now|today|currently|meanwhile|by\s+now)\b", re.IGNORECASE)
SAID = re.compile(
    r"(?<!can )(?<!could )(?<!would )(?<!will )"
    r"\b(?:i|we|you)\s+(?:had\s+|have\s+)?(?:said|say|wrote|write|told\s+you|mentioned|gave\s+you|typed|put|"
    r"entered|stated|claimed|meant\s+to\s+say|thought|estimated|assumed|guessed|noted)\b[^,.;!?]*$",
    re.IGNORECASE,
)
WRONG_ABOUT = re.compile(
    r"\b(?:(?:wrong|mistaken)\s+(?:about|in|that|when)|"
    r"(?:scratch|forget|ignore|disregard|strike)\s+(?:what|about|that\s+i|the\s+part|my))\b",
    re.IGNORECASE,
)
# Between two values, and nothing else there: the second replaces the first.
_LIGHT = r"(?:that's|it's|we're|is|in|by|on|at|the|about|around|of|to|for)"
PASSED = re.compile(
    r"(?:\s+[^\W\d_]+){0,2}?[\s,.;:!?…()–—-]*(?:" + _LIGHT + r"[\s,.…–—-]+)*"
    r"(?:(?:oh|ah|no+|wait|sorry|i\s+meant?|scratch\s+that|make\s+(?:that|it)|correction|actually|"
    r"or\s+rather|or\s+better|er+m?|h+m+|oops|well|hold\s+on|strike\s+that|more\s+like|"
    r"i\s+should\s+say|typo|my\s+bad|pardon|excuse\s+me)\b[\s,.;:!?…–—-]*)+(?:" + _LIGHT + r"\s+)*",
    re.IGNORECASE,
)
# Behind a value that is only repeated, and before one.
GAVE = re.compile(
    r"^(?:\s+[^\W\d_]+){0,2}?\s+(?:that\s+|which\s+)?(?:i|we)\s+(?:had\s+)?(?:said|gave|told|mentioned|wrote|"
    r"typed|entered|put|quoted)\b",
    re.IGNORECASE,
)
WROTE = re.compile(
    r"\b(?:i|we)\s+(?:had\s+|have\s+|\w+ly\s+)?(?:wrote|said|typed|put|entered|told\s+you|mentioned|gave\s+you)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
# A wish to have something changed is no question, though it is put as one.
REQUEST = re.compile(
    r"\b(?:(?:can|could|would|will)\s+(?:you|we|i)|you\s+can)\s+(?:please\s+|maybe\s+|just\s+)?(?:change|make|set|update|correct|put|fix|bring|reschedule|"
    r"adjust|enter|write|edit|move|shift|push|postpone|delay|raise|lower|increase|reduce|replace|swap|switch)\b",
    re.IGNORECASE,
)
# Between an old value and the new one, behind "I said".
TURN = re.compile(
    r"\b(?:but|meant|mean|actually|sorry|should|it's|it\s+is|is|rather|really|now|only|we're|no)\b|[?]",
    re.IGNORECASE,
)
# That something is corrected, for sure: it is of what was said before, not of what is asked now.
STRONG = re.compile(
    r"^\W*(?:(?:eh*m+|u+h+m*|h+m+|oh|ah|er+m?|well|ok|okay|wait|sorry)\W+)*(?:no+|nah|nope)\b|"
    r"\b(?:i\s+meant?|(?<=[.?!] )meant|make\s+(?:that|it)|scratch|strike\s+that|typos?|oops|"
    r"whoops|ups|"
    r"correction|correct\s+(?:that|it|this|myself|my)|misspoke|miscounted|mistyped|misread|my\s+(?:bad|mistake|fault)|should\s+have\s+"
    r"(?:said|been|written)|i\s+was\s+(?:wrong|mistaken)|got\s+(?:that|it)\s+wrong|wrong\s+(?:number|figure|amount|date)|"
    r"change\s+(?:that|it|my)|let\s+me\s+(?:rephrase|correct|fix|restate|revise|amend|redo)|no\s+wait|wait\s*,?\s+no|"
    r"(?:i|we)\s+(?:said|wrote|told\s+you)|just\s+checked|i\s+checked|"
    r"(?:read|take|treat|count)\s+(?:that|it|this)\s+as)\b|^\W*\*\s?\w|\w\s*\*\s*$|"
    r"\bno,?\s+(?:sorry|it's|make)\b",
    re.IGNORECASE,
)
# That something may be corrected; as well the lead of a plain answer ("actually, 20").
WEAK = re.compile(
    r"\b(?:sorry|apolog\w+|pardon|excuse\s+me|would\s+be\s+(?:more\s+)?(?:right|accurate|correct)|actually|wait|hold\s+on|hang\s+on|rather|instead|update|correct\w*|"
    r"should\s+be|or\s+better|better\s+(?:say|make)|closer(?:\s+to)?|more\s+like|come\s+to\s+think|on\s+second\s+thoughts?|"
    r"turns\s+out|forgot|changed?|er+m?|uh+m?|well|hm+\s*,?\s*no|oh\s+no|ah\s+no|nope|"
    r"went\s+(?:up|down)|gone\s+(?:up|down)|regarding|as\s+for|concerning|about\s+the|"
    r"but\s+(?:it's|it\s+is|now|we're|we\s+are|really|not|i\s+meant)|not\s+\S+\s*,?\s+but|"
    r"change\s+of\s+plans?|misunderst\w+|misspoken|revis\w+|"
    r"badly|poorly|postponed?|delayed|moved|pushed|slipped|brought\s+forward|grown|shrunk|raised|doubled|cut|"
    r"anymore|any\s+more|after\s+all|outdated|wrong|incorrect|mix(?:ed)?[\s-]up|confus\w+|"
    r"(?:higher|lower|more|less|earlier|later|bigger|smaller)\s+than\s+(?:i|we|that)|"
    r"(?:real|right|correct|actual)\s+(?:number|figure|amount|date|one)|i\s+gave|was\s+(?:off|wrong|not\s+right)|were\s+(?:off|wrong))\b|(?:[,.!?–—-]|\bor)\s*no+\b",
    re.IGNORECASE,
)  # fmt: skip

# That something known is changed, and not just an answer begun ("well", "actually").
CHANGES = re.compile(
    r"\b(?:i\s+meant?|make\s+that|scratch|strike\s+that|typos?|oops|correction|misspoke|change\s+of\s+plans?|"
    r"changed|revis\w+|misunderst\w+|sorry|update|postponed|delayed|pushed|moved|instead\s+of|no\s+longer|"
    r"(?:we|it's|is)\s+now|not\s+any\s?more|my\s+(?:bad|mistake)|i\s+was\s+wrong)\b",
    re.IGNORECASE,
)


def is_correction(text: str) -> bool:
    """Whether a message may take back something that was said."""
    return bool(STRONG.search(text) or WEAK.search(text) or REQUEST.search(text))

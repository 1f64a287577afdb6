"""What the playbook says: every sentence of the agent that no customer wrote, in one place.

None holds an amount, a discount or a promise, and none repeats what the visitor wrote.
"""

from __future__ import annotations

HELLO = "Hi!"
THANKS = "Thanks."
CORRECTED = "Thanks, I have corrected that."
NO_PROBLEM = "No problem."
AGAIN = "Sorry, I did not get that."
INVALID_EMAIL = "That does not look like an email address."
INVALID_PHONE = "That does not look like a phone number."
CONFIRM = "Just to be sure: is this right? {label}: {value}"
YES, NO = "Yes", "No"

PERSON = "I'll get someone from our team."
PERSON_FORM = "I'll get someone from our team. Where can they reach you if you have to leave?"
DONT_KNOW = "I don't know that. Shall I get someone from our team?"
BOT = "I'm {name}, an automated agent. If you would rather talk to a person, just say so."
SAFETY = "I can only help with questions about our product and what you need."
WHY = "It helps me to see whether we are a good fit. You don't have to answer."
OBJECTION = "I understand. Someone from our team can go into that with you, if you like."
NO_MORE = "Of course, no more questions from me. If you would like to know something, just ask."

CONTACT = "Where can we reach you?"
MEETING = "This sounds like a good fit. Would you like to talk to someone from our team about it?"
MEETING_YES = "I'll ask someone from our team to find a time with you."
MEETING_NO = "All right. If you would like to know something, just ask."
MEETING_SLOTS = (
    "This sounds like a good fit. Would you like to talk to someone from our team about it? "
    "Pick a time that suits you."
)
SLOTS = "Sure. Pick a time that suits you."
SLOTS_YES = "Good. Pick a time that suits you."
SLOTS_NAMED = "This is what is free around then. Confirm a time below to book it."
NO_TIMES = (
    "I can't book a time here at the moment. I'll ask someone from our team to arrange it with you."
)
NO_TIMES_FORM = NO_TIMES + " Where can they reach you?"
SLOTS_MOVE = "You have a meeting already. Pick another time to move it."
# That a message cancels would be guessed; the card's own page asks back, and can't be misread.
MEETING_STANDS = (
    "Your meeting still stands. Press “Move or cancel” on it to cancel it or to pick another time."
)
FAREWELL = "Thank you, see you then! If you have a question, just ask."
OFFERED = "Here are free times. Pick one that suits you."
OFFERED_MOVE = "Here are other free times. Pick one to move your meeting."
BOOK_CONTACT = "Where shall I send the invitation?"
BOOK_NO_EMAIL = (
    "Without an email address I can't send you an invitation, so I have booked nothing. "
    "If you would rather talk to a person, just say so."
)
BOOKED = "That's booked. The invitation is on its way by email."
BOOKED_BEFORE = "That's booked already."
MOVED = "Your meeting is moved. The new invitation is on its way by email."
TAKEN = "Sorry, that time is not free any more. Pick another one."
TAKEN_ALL = (
    "Sorry, that time is not free any more. I'll ask someone from our team to find one with you."
)
TOO_OFTEN = (
    "That's a lot of booking for one day, so I leave this one to a person. "
    "I'll ask someone from our team to find a time with you."
)
# To whom a person talks already: nobody else is asked.
TAKEN_ALL_BESIDE = "Sorry, that time is not free any more, and there is no other one at the moment."
NOT_BOOKED_BESIDE = "That time is not booked: enough was booked today."
NO_ADDRESS_BESIDE = "That time is not booked: there is no email address to send the invitation to."
CLOSE_DISQUALIFIED = (
    "Thank you for telling me. I don't think that we are the right choice for you at the moment. "
    "If you have a question, just ask."
)
CLOSE = "Thank you, that is all I wanted to know. If you have a question, just ask."
HERE = "If you have a question, just ask."

"""The desk: the operator's side of a ticket. An extra (``selfcare[desk]``); no other part of the program needs it."""

"""The offers: from reasons to decide to one decision, and what becomes of every offer.

- `funnel.py` decides. `steps/` holds its questions, one a file. `passage.py` says what goes through it.
- `rank.py` and `habituation.py` rank what passes.
- `verdict.py` publishes the decision. `reserve.py` enters the offer into the history, and `grounds.py` says what it is based on.
- `history.py` follows every offer to its outcome. `consent.py` keeps what the customer allows. `merged.py` joins two histories.
"""

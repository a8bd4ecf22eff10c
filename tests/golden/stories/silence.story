# A loyal shopper falls silent; time alone tells.
# until 120d
0      web   consent_changed  -        purpose=marketing state=granted
0      store purchase_made    till-1   receipt=r1 value=3000
7d     store purchase_made    till-1   receipt=r2 value=3100
14d    store purchase_made    till-2   receipt=r3 value=2900
21d    store purchase_made    till-1   receipt=r4 value=3300
28d    store purchase_made    till-1   receipt=r5 value=3000
35d    store purchase_made    till-1   receipt=r6 value=2500

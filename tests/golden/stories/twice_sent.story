# A producer sends things twice; one purchase stays one purchase.
# until 1d
0      store purchase_made till-1 receipt=r1 value=3000 id=a
1s     store purchase_made till-1 receipt=r1 value=3000 id=a
2s     store purchase_made till-1 receipt=r1 value=3000 id=b

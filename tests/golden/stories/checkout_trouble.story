# A first purchase that goes wrong at the till and ends well.
# until 2d
0      web  page_viewed      /shop       page=/shop
20s    web  product_viewed   /tents      product=t1
60s    web  cart_updated     /cart       cart=k1 items=1 value=12900
90s    web  coupon_denied    /cart       code=WELCOME reason=expired
2m     web  checkout_started /checkout   cart=k1
150s   web  payment_failed   /checkout   payment=p1 hard=false
155s   web  clicked          /checkout   target=pay
155.2s web  clicked          /checkout   target=pay
155.4s web  clicked          /checkout   target=pay
155.6s web  clicked          /checkout   target=pay
4m     web  order_placed     /checkout   order=o1 cart=k1 value=12900

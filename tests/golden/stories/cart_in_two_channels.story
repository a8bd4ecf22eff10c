# The cart is left on the web; the order comes by phone, reported late: the absence was never true.
# until 3d
0      web   cart_updated   /cart      cart=k1 items=2 value=5000
30m    web   page_viewed    /help      page=/help
3h     app   app_opened     home
50m    call  order_placed   desk       order=o7 cart=k1 value=5000

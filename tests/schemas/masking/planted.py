"""Secrets of every shape, to plant into events; and ordinary slugs, which nothing may hide.

A secret is a pair: as it is written into the path, and the characters that must not be found afterwards.
"""

from __future__ import annotations

import base64
import json
import string
from random import Random
from urllib.parse import quote

from hypothesis import strategies as st

KINDS_OF_CHARACTER = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
SEPARATORS = "-_"


def mixed(seed: int, length: int) -> str:
    """Return a token in which no more than three characters of one kind follow each other.

    A `-` or `_` may stand in one of 24 characters and more. Shorter ones in two pieces are told from words by luck alone.
    """
    dice = Random(seed)
    made, kind = "", 0
    while len(made) < length:
        kind = (kind + dice.choice((1, 2))) % 3
        made += "".join(dice.choices(KINDS_OF_CHARACTER[kind], k=dice.choice((1, 1, 2, 3))))
    made = made[:length]
    if length >= 24 and dice.random() < 0.4:
        at = dice.randrange(4, length - 4)
        made = made[:at] + dice.choice(SEPARATORS) + made[at + 1 :]
    return made


def base64url(seed: int, octets: int) -> str:
    """Return random octets in base64url, as a sender's generator gives them."""
    return base64.urlsafe_b64encode(Random(seed).randbytes(octets)).decode().rstrip("=")


def jwt(seed: int) -> str:
    """Return a JSON web token with a header, a body and a signature."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(seed), "email": "mia@example.org"})
    head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return f"{head}.{body}.{base64url(seed, 32)}"


def phone(seed: int, digits: int, separator: str) -> str:
    """Return a phone number with its country, in groups."""
    dice = Random(seed)
    number = str(dice.randrange(10 ** (digits - 1), 10**digits))
    return "+" + separator.join((number[:2], number[2:5], number[5:]))


def encoded_whole(text: str) -> str:
    """Return the text with every character percent-encoded."""
    return "".join(f"%{octet:02X}" for octet in text.encode())


SEEDS = st.integers(0, 1_000_000)
TOKENS = st.one_of(
    st.binary(min_size=8, max_size=32).map(bytes.hex),
    st.binary(min_size=8, max_size=32).map(lambda octets: octets.hex().upper()),
    st.builds(mixed, SEEDS, st.integers(20, 64)),
    SEEDS.map(jwt),
    st.uuids().map(str),
)
ADDRESSES = st.builds(
    lambda name, host, end: f"{name}@{host}.{end}",
    st.text(string.ascii_letters + string.digits + "._+-", min_size=1, max_size=20),
    st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12),
    st.sampled_from(("org", "com", "de", "co.uk", "museum")),
)
NUMBERS = st.one_of(
    st.text(string.digits, min_size=9, max_size=19),
    st.builds(phone, SEEDS, st.integers(8, 14), st.sampled_from(("", "-", ".", " "))),
    st.sampled_from(("4111-1111-1111-1111", "(0170) 123-4567", "DE89370400440532013000")),
)
WRITTEN = st.sampled_from((str, lambda text: quote(text, safe=""), encoded_whole, lambda text: quote(quote(text, safe=""))))
SECRETS = st.one_of(TOKENS, ADDRESSES, NUMBERS)
PLANTED = st.builds(lambda secret, write: (secret, write(secret)), SECRETS, WRITTEN)

SHOP = """
/ /tents /tents/dome-4-people-2026 /p/iphone-15-pro-max /p/17 /p/1234567 /blog/2026/03/title /blog/2026/03/04/ /de-DE/
/de-DE/zelte/kuppelzelt /en-US/ /fr/produits/tente-dome-2-places /es/carrito /pt-BR/checkout/pagamento /cart /checkout /checkout/payment
/checkout/step-2 /pay /account /account/orders /account/orders/17 /orders/2026 /orders/A-1042 /help/returns /help/faq
/help/how-do-i-return-an-item /status /search /search/tents /c/outdoor/tents/family /c/4021 /category/mens-shoes/running
/collections/spring-summer-2026 /products/merino-wool-t-shirt-black-xl /products/coleman-sundome-6-person-tent
/products/samsung-galaxy-s24-ultra-256gb /products/sony-wh-1000xm5-wireless-headphones /products/thinkpad-x1-carbon-gen-11
/products/rtx-4090-24gb-gaming-oc /products/usb-c-to-hdmi-2-1-cable-2m /products/levis-501-w32-l34 /products/iphone15promax
/products/iphone15promax256gb /products/nike-air-max-90-cn8490-002 /dp/B08N5WRWNW /gp/product/B07XJ8C8F5 /itm/1234567
/blog/10-things-to-do-before-you-travel-in-2026 /blog/why-we-moved-from-monolith-to-microservices
/blog/how-to-choose-the-right-sleeping-bag /news/2026-03-01-spring-sale /news/2026-03-01 /news/20260301 /archive/2019-2026
/archive/2026-03-01-2026-03-08 /events/2026/w14 /report/q4-2025 /docs/v2/api/reference /docs/3.11/library/urllib.parse.html
/docs/getting-started/installation /docs/kubernetes-1.29-release-notes /v1/users/me /assets/main.css /assets/app-v2.14.3.js
/images/logo@2x.png /images/hero-1920x1080.jpg /sitemap.xml /robots.txt /favicon.ico /.well-known/security.txt /tags/c-plus-plus
/tags/machine-learning /@acme /@acme/tents /~ann/notes /a/b/c/d /index.php /index.html /home /about-us /imprint /datenschutz
/allgemeine-geschaeftsbedingungen /widerrufsbelehrung-und-formular /versandkostenfreie-lieferung-ab-50-euro
/donaudampfschifffahrtsgesellschaft /impressum.html /kundenservice/reklamation /winterjacken-herren-groesse-xxl
/geschenkideen-fuer-maenner-unter-30-euro /schlafsaecke/daunen /produits/chaussures-de-randonnee-homme
/boutique/nouveautes-printemps-ete /carrello/riepilogo /prodotti/scarpe-da-ginnastica-uomo-taglia-42 /winkelwagen /bestellen/gegevens
/producten/regenjas-dames-maat-m /koszyk /produkty/buty-trekkingowe-meskie-rozmiar-44 /kundvagn /ostoskori
/urunler/erkek-kosu-ayakkabisi-42-numara /kosik /produkty/damske-bezecke-boty-velikost-38 /caf%C3%A9 /zelte/f%C3%BCr-vier
/%D0%BF%D0%B0%D0%BB%D0%B0 /s/size-40-42-44-46 /s/price-10-20-50-100 /filter/color-red/size-m
/filter/brand-the-north-face/waterproof-10000mm /compare/x1-vs-t14s /stores/berlin-mitte /stores/berlin/10115 /stores/new-york/10001
/stores/london-sw1a-1aa /shop/4021 /queue/support-de /carrier/dhl-express /jobs/senior-software-engineer-m-f-d-berlin /jobs/4711
/course/python-101 /course/lesson-12-loops /watch/dQw4w9WgXcQ /r/python/comments /app/settings/notifications /app/inbox/12
/app/projects/41/board /app/boards/sprint-2026-14 /app/dashboard /signin /signup /reset /reset/done /invite /unsubscribe /verify-email
/password/forgot /legal/privacy-policy /legal/terms-of-service-2026-01 /press/2026/q1-results /investors
/recipes/spaghetti-alla-puttanesca-in-30-minutes /recipes/gluten-free-chocolate-chip-cookies /lyrics/99-luftballons
/team/person-of-the-year /a-very-long-title-with-many-words-that-goes-on-and-on-and-on-until-nobody-reads-it-any-more-but-is-honest
/products/bosch-gsr-18v-55-professional /products/lego-42115-lamborghini-sian /products/din-en-iso-7010-w001
/products/m8x40-din-933-a2-70 /products/pants-w-34-l-32 /products/tyre-205-55-r16-91v /products/tv-55-zoll-4k-uhd-hdr10
/products/ram-ddr5-6000-32gb-kit /products/a4-80g-500 /products/wool-socks-3-pack /products/hiking-boots-gtx-men
/products/camping-stove-2-burner /products/led-headlamp-400-lumen /products/water-filter /products/sleeping-mat-r-value-5
/products/folding-chair-120kg /products/cool-box-40l /products/power-bank-20000mah /products/sun-hat-upf50 /products/trail-mix-500g
/products/rope-8mm-50m /products/axe-1400g /products/tarp-3x4m /products/gas-230g /products/map-1-25000-alps /sale/up-to-50-percent
/gift-cards/25-euro /size-guide/women /delivery/tracking /delivery/tracking/help /faq/what-is-sepa /wishlist/shared
""".split()  # noqa: SIM905  # a list of literals would be four times as long
SCREENS = (
    *("cart", "Cart", "Order details", "ProductDetailsScreen", "CheckoutPaymentMethodSelection", "HomeViewController"),
    *("settings/notifications", "Main Activity", "checkout_step_2", "ProductListV2", "com.acme.shop.MainActivity", "SplashScreen"),
    *("OnboardingStep3Screen", "DHL Express", "support queue (de)", "Level 12", "iOS 17.4 settings", "Black Friday 2026"),
    *("Berlin Mitte", "Shop #3", "Shop 17", "Zelte & Schlafsäcke", "Where is my order?"),
)
ORDINARY = (*SHOP, *SCREENS)
SLUGS = st.sampled_from([path.strip("/") for path in SHOP if path.count("/") == 1 and len(path) > 1])

"""The demos: customers' lives go through real servers and a real worker, and a report shows what was found.

`invented` plays a company of which everything is known. `grocer` replays a real year. This room holds what both use: `scene` and `servers`
start what is needed, `ledgers` wait for facts, and `findings` counts what Sojourn published. No worker uses this package.
"""

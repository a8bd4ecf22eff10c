"""Generates the pages of `docs/reference` from the code. `make docs` writes them; `make check` fails if one differs.

Each page is made by a function in a module of this package, and `pages.PAGES` lists them. No fact on a page is written by hand twice. The
texts come from docstrings, from comments behind fields, and from the rows that the program itself uses.
"""

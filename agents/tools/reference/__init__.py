"""The pages of `docs/reference`, made from the code: `make docs` writes them, `make check` fails where one differs.

A page is a function in a module of this package; `pages.PAGES` lists them. Nothing on a page is written by hand twice: text comes from
docstrings, from comments behind fields, and from the rows that the program itself runs by.
"""

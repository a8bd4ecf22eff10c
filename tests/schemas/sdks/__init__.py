"""Events as five SDKs send them by default: 200 each, from templates that cite where the SDK's own form is seen.

Every id, host and amount is our own. Structure, names, forms of values, nulls and nesting are the SDK's. The table of what becomes of them
is printed by `python -m tests.schemas.sdks`.
"""

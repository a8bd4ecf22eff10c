"""The overview of insights over all customers: metrics, missed targets, moments of truth, paths, purchases; as tables and as a page."""

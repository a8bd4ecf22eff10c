"""The life of a signal: it is raised, waits for its deadline, and is closed. Weekly reviews raise signals as well."""

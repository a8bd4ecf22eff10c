"""A blueprint as a file: TOML to rules with every error and its line, rules to TOML, and what changes from one to another."""

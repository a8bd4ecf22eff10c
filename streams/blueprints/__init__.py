"""A blueprint as a file: TOML to rules with every error and its line, rules to TOML, and the changes from one blueprint to another."""

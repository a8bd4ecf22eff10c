"""Code that all commands share: one way to fail, one way to print, one way to reach the servers."""

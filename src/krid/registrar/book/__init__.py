"""The register in a database, with the log that every change goes through (extra `registrar`)."""

"""Data Integrity credentials (W3C): suites for selective disclosure."""

"""W3C credentials with embedded proofs (VC Data Integrity 1.0)."""

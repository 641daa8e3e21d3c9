"""The DID methods that krid brings, one module each."""

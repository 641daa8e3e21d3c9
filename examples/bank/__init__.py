"""A small bank on krid's public API: accounts by ID card, its own card, log-in, an app."""

"""How fast krid is beside the signatures that nobody can avoid: measured, shown and drawn."""

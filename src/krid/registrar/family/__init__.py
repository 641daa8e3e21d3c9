"""The family register: who descends from whom, who is married to whom, and what is certified."""

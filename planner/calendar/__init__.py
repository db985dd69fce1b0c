"""From how many dialogues a plan has to whom each office meets, and when."""

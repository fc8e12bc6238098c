"""How texts are read: pure rules for what they say, where it is, and what an agency would refuse."""

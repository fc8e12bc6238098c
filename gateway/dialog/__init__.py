"""How we ask: the form as a conversation, one question a turn. Pure: no clock, no chance, no input or output."""

"""What a Livebox sent, made into the model. Pure; each function takes the value of a reply (its envelope taken off)."""

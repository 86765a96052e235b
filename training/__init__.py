"""How the shipped model is made: corpus, training, export. Not part of the wheel."""

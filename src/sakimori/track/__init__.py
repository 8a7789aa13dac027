"""How well a threat can be known: the bound along its true flight, and filters that follow simulated measurements."""

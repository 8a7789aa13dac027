"""How well a threat can be known: the posterior Cramer-Rao bound along its true flight."""

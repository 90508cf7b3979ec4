"""A business at home: what waits for its answer, who learns there, what the town has for it. It never browses people."""

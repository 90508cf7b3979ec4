"""Learning at work, as caseworkers see it: an agreement is written, signed, looked after; blocked workplaces."""

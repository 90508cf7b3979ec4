"""The caseworker's day: today, a person's plan, notes, appointments, interpreters, the team around a person."""

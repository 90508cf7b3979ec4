"""Users, organisations (the bare legal body), memberships, roles."""

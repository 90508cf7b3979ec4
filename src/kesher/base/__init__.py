"""What every room stands on: events, transitions, history, access log, tasks, notifications, suppression."""

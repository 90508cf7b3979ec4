"""What the house is plugged into on one machine: the private PostgreSQL and its tools. No Django."""

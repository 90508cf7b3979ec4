"""Lists that staff work through: filters that stay, views under a name, one verb for several rows, a table to take along."""

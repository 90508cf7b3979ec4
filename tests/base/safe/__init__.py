"""An app of the tests alone: rows with encrypted fields, and their history."""

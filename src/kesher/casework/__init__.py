"""What is agreed with a person, who does it by when, and whom a caseworker looks after today."""

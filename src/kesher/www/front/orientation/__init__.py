"""From what a visitor says to services in three colours: words, at most five questions, results with reasons."""

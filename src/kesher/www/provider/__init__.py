"""Pages of those who run services: their list, the form, the preview, the history, and a new organisation."""

"""Writing a service: the form, what stands behind it, the preview, the history, and the verbs."""

"""Sending a person on, and answering: the sender's pages, the receiver's inbox, the page behind a link."""

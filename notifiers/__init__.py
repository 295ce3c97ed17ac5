"""Composing and sending of mails; each channel is one class in a file of its own."""

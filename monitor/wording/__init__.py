"""Values into sentences, Swedish and English: reasons, summaries, entries of a mail, JSON forms."""

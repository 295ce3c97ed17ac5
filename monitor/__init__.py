"""What a check is: fetching, reading, deciding. Knows no database, no mail and no web."""

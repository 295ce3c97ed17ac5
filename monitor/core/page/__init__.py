"""What a page says: from decoded text to blocks and dates, without what furnishes it."""

"""Pages for people: history, differences, subscriptions; feeds, JSON and measures for programs."""

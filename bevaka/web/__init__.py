"""The web page: history, differences and subscriptions for people; feeds, JSON and metrics for programs."""

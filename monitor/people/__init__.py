"""Use cases of subscriptions: by subscribers themselves and by the operator."""

"""What a third party can check without us: exports, their verifier, time stamps, and the account of a silence."""

"""Evidence that a third party can check independently: exports, their verifier, time stamps and certified silence."""

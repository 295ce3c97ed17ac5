"""Comparison of two extractions of a page, block by block: alignment, similarity, moved blocks, word diffs."""

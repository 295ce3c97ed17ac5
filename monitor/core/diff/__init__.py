"""Two extractions of a page compared block by block: alignment, similarity, moved blocks, word diffs."""

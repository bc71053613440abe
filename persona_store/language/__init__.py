"""What words and texts mean: stems, common words, vectors, and whether two texts say the same."""

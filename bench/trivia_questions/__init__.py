"""Whether trivia questions are fair: ``python -m bench.trivia_questions``."""

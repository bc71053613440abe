"""What is known of customers, and the questions about them. Knows neither Slack nor the bot."""

import os

# Before numpy is first imported. The bot answers in many threads: products that each take all cores, and
# wait for each other spinning, were up to six times slower on a busy machine than one core for each.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

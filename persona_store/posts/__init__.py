"""What is posted without being asked: subscriptions, their deliveries, and the processes that see to them."""

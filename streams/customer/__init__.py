"""What is known of the customer: stage, loyalty, motive, expectations, promises and personas. Their value is in `value/`."""

"""What is known of the customer: stage, loyalty, motive, expectations, promises, personas, and their value (`value/`)."""

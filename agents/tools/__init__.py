"""What people use: demo, embedded servers, evaluation, mappings, reports and operating commands. A worker never loads it."""

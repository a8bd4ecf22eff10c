"""What customers do, one script a file. Each script writes its events with a pen, and asks the table of incidents what is different."""

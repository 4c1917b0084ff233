"""Fair at scale: thousands of plays over HTTP, every receipt verified by the program that a member would use."""

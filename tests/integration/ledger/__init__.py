"""The books, on the engines that they are kept on."""

"""The welcome, /help, and the steps by which managers set a server up."""

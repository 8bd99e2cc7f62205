"""What the network remembers: people, chats, files, updates, and the faults it is told to have."""

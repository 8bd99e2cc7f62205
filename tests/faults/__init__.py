"""What goes wrong on purpose: kills, repetitions, dropped lines, full disks, bugs."""

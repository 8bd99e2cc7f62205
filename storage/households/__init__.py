"""The files of households: opened, found, shown."""

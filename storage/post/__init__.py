"""The post office: what came in and what goes out."""

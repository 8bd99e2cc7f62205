"""名单: the same aid for many households, made, looked through, approved and paid as one."""

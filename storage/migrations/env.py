"""What Alembic runs for every upgrade or draft; the connection and its transaction are its caller's."""

from alembic import context

_given = context.config.attributes

context.configure(
    connection=_given["connection"],
    target_metadata=_given.get("metadata"),
    include_object=_given.get("include_object"),
    # SQLite changes little of a table in place: Alembic copies it instead.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

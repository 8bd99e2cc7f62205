"""What the union's office has to do: campaigns, approvals, publications, drafts left lying."""

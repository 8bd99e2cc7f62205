"""Aid on its way from proposal to revisit: who asked, who decided, who paid, and why."""

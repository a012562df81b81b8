"""Why this, why not that, why nobody, and the smallest change that would help: told by the rules that judged."""

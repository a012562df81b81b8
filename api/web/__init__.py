"""The pages: server-made, every action a form; they show and do what the routes do, by the same functions."""

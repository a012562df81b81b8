"""One solving process, `python -m api.jobs`: `tsunagu serve` starts these by itself."""

from api.jobs.worker import run_worker
from api.settings import Settings, keys_of

if __name__ == "__main__":
    settings = Settings().checked()
    run_worker(settings, keys_of(settings))

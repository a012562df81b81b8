"""What the commands' tests are given."""

import shutil
from pathlib import Path

import pytest

from tests.api.commands.given_village import KAWABE


@pytest.fixture
def village(tmp_path):
    return Path(shutil.copytree(KAWABE, tmp_path / "village"))

import subprocess
import sys

import pytest

from engine.training import recipe


def test_help_imports_no_torch() -> None:
    code = (
        "import sys; from engine.training.recipe import parser; parser().format_help(); "
        "assert 'torch' not in sys.modules, 'torch was imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_step_has_a_command_and_a_runner() -> None:
    assert set(recipe.RUNNERS) == set(recipe.STEPS)
    for name in (*recipe.STEPS, "house"):
        assert recipe.parser().parse_args([name]).command == name


def test_a_refusal_is_a_status(tmp_path, caplog: pytest.LogCaptureFixture) -> None:
    arguments = ["data", "--data", str(tmp_path), "--soundfont", str(tmp_path / "none.sf2")]
    assert recipe.main(arguments) == 1
    assert "no soundfont" in caplog.text


@pytest.mark.parametrize("option", ["--scores=0", "--scores=x", "--seconds=1", "--seconds=nan"])
def test_too_little_to_evaluate_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        recipe.parser().parse_args(["evaluate", option])
    assert option.partition("=")[0] in capsys.readouterr().err

"""The files for GitHub Actions and pre-commit: by their schemas, and run as far as that goes without GitHub."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import EXAMPLE, EXAMPLE_KEY, ROOT, MakePackage

pytestmark = pytest.mark.slow

SCRIPTS = Path(sys.executable).parent
CI_PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"<!-- test: (workflow|pre-commit) -->\n```yaml\n(.*?)```", CI_PAGE, flags=re.DOTALL)
WORKFLOWS = [code for kind, code in SNIPPETS if kind == "workflow"]
HOOKS = [code for kind, code in SNIPPETS if kind == "pre-commit"]

NUMBERS = [{"name": "n", "type": "integer"}]
RULES = '''
import factpack

@factpack.rule()
def numbers_are_small({table}):
    """A number is below ten."""
    return factpack.View.of("{table}", "n", {table}["n"] < 10, "must be small")
'''


def loaded(file: str) -> Any:
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])
    return subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=os.environ | {"PATH": path} | environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


def check_schema(name: str, *files: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}"]
    done = run(*command, *files)
    assert done.returncode == 0, done.stdout + done.stderr


# The files by their schemas


def test_each_action_has_one_version_wherever_it_is_named() -> None:
    files = [
        *(ROOT / ".github" / "workflows").glob("*.yml"),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "action.yml",
        ROOT / "validators" / "factpack" / "init" / "template" / "workflow.txt",
    ]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    uses = set(re.findall(r"uses: (actions/[\w-]+)@(\S+)", text))

    assert {name for name, _ in uses} >= {"actions/checkout", "actions/setup-python"}
    assert len(uses) == len({name for name, _ in uses}), sorted(uses)


def test_the_action_and_the_workflows_are_as_github_asks(tmp_path: Path) -> None:
    for number, code in enumerate(WORKFLOWS):
        (tmp_path / f"{number}.yml").write_text(code, encoding="utf-8")

    check_schema("github-actions", ROOT / "action.yml")
    check_schema("github-workflows", *(ROOT / ".github" / "workflows").iterdir(), *tmp_path.iterdir())
    assert len(WORKFLOWS) == 3


def test_the_hooks_are_as_pre_commit_asks(tmp_path: Path) -> None:
    for number, code in enumerate(HOOKS):
        (tmp_path / f"{number}.yaml").write_text(code, encoding="utf-8")

    manifest = run("pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    configs = run("pre-commit", "validate-config", *tmp_path.iterdir())

    assert (manifest.returncode, manifest.stdout) == (0, ""), manifest.stdout
    assert (configs.returncode, configs.stdout) == (0, ""), configs.stdout
    assert len(HOOKS) == 2


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", [])]


def test_the_inputs_that_are_given_and_used_are_those_of_the_action() -> None:
    inputs = loaded("action.yml")["inputs"].keys()
    workflows = [yaml.safe_load(code) for code in WORKFLOWS] + [loaded(".github/workflows/ci.yml")]
    uses = [step for workflow in workflows for step in steps(workflow) if "uses" in step]
    given = [step.get("with", {}) for step in uses if step["uses"] == "./" or "/factpack@" in step["uses"]]

    assert len(given) == 3
    assert {name for values in given for name in values} <= inputs
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text)) == inputs
    assert set(re.findall(r"^\| `([\w-]+)` \|", CI_PAGE, re.MULTILINE)) == inputs


def test_the_workflow_that_can_be_called_hands_its_inputs_to_the_action() -> None:
    workflow = loaded(".github/workflows/validate.yml")
    own = workflow[True]["workflow_call"]["inputs"]  # YAML 1.1 takes `on` for true
    actions = loaded("action.yml")["inputs"]
    (checkout,) = [step["with"] for step in steps(workflow) if "repository" in step.get("with", {})]
    (given,) = [step["with"] for step in steps(workflow) if step["uses"] == f"./{checkout['path']}"]
    (call,) = [job for code in WORKFLOWS for job in yaml.safe_load(code)["jobs"].values() if "uses" in job]

    assert given == {name: f"${{{{ inputs.{name} }}}}" for name in actions if name != "sarif"}
    assert {name: own[name]["default"] for name in given} == {
        name: actions[name]["default"] for name in given
    }
    assert checkout["repository"] == "${{ inputs.factpack }}"
    assert own.keys() - given.keys() == {"factpack", "factpack-ref"}
    assert call["with"].keys() <= own.keys()
    assert {name for name, item in own.items() if item.get("required")} <= call["with"].keys()
    assert call["uses"].endswith("/.github/workflows/validate.yml@main")


def test_no_input_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in loaded("action.yml")["runs"]["steps"] if "run" in step]
    scripts += [step["run"] for step in steps(loaded(".github/workflows/ci.yml")) if "run" in step]

    assert len(scripts) == 3
    assert not [script for script in scripts if "${{" in script]


def test_ci_runs_what_a_change_must_pass() -> None:
    commands = [step["run"] for step in steps(loaded(".github/workflows/ci.yml")) if "run" in step]

    assert commands == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# The scripts of the action, as GitHub runs them


def script(name: str) -> str:
    (code,) = [step["run"] for step in loaded("action.yml")["runs"]["steps"] if step.get("name") == name]
    return str(code)


def bash(code: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as `shell: bash` does."""
    file = cwd / "script.sh"
    file.write_text(code, encoding="utf-8")
    return run("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", file, cwd=cwd, **environment)


def validate(cwd: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the script that validates, with the defaults of the inputs that are left out."""
    (step,) = [
        step for step in loaded("action.yml")["runs"]["steps"] if step.get("name") == "Validate the package"
    ]
    declared = loaded("action.yml")["inputs"]
    names = {
        variable: re.fullmatch(r"\$\{\{ inputs\.(.*) \}\}", value)[1]  # type: ignore[index]
        for variable, value in step["env"].items()
    }
    environment = {
        variable: inputs.get(name.replace("-", "_"), declared[name]["default"])
        for variable, name in names.items()
    }
    bin_folder = cwd / "runner" / "factpack" / "bin"
    bin_folder.mkdir(parents=True, exist_ok=True)
    (bin_folder / "factpack").unlink(missing_ok=True)
    (bin_folder / "factpack").symlink_to(SCRIPTS / "factpack")
    return bash(step["run"], cwd, RUNNER_TEMP=str(cwd / "runner"), **environment)


def test_a_valid_package_passes(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\n", NUMBERS)).parent

    done = validate(folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("valid: 1 resource, 1 row checked")


def test_an_invalid_package_fails_and_is_annotated(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\none\n", NUMBERS)).parent

    done = validate(folder, sarif="found.sarif")

    assert done.returncode == 1
    assert done.stdout.startswith("::error file=t.csv,title=error type,line=3::")
    assert '"ruleId"' in (folder / "found.sarif").read_text(encoding="utf-8")


def test_what_could_not_be_judged_fails(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\n", NUMBERS), resource={"path": "http://example.org/t.csv"}).parent

    assert validate(folder, sarif="found.sarif").returncode == 2


def test_warnings_fail_if_they_are_to(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\n", None)).parent

    assert validate(folder).returncode == 0
    assert validate(folder, fail_on="warning").returncode == 1
    assert validate(folder, fail_on="nothing").returncode == 2


def test_modules_of_rules_are_parted_by_spaces_or_line_ends(make_package: MakePackage) -> None:
    folder = make_package(s=("n\n10\n", NUMBERS), t=("n\n11\n", NUMBERS)).parent
    for table in ("s", "t"):
        code = RULES.format(table=table).replace("are_small", f"of_{table}_are_small")
        (folder / f"rules_of_{table}.py").write_text(code, encoding="utf-8")

    for separator in (" ", "\n"):
        done = validate(folder, rules=f"rules_of_s{separator}rules_of_t\n")

        assert done.returncode == 1
        assert [line[:18] for line in done.stdout.splitlines()[:2]] == [
            "::error file=s.csv",
            "::error file=t.csv",
        ]


def test_copies_of_documents_are_verified(example: Path, tmp_path: Path) -> None:
    (tmp_path / "my documents").mkdir()
    shutil.copy(EXAMPLE / f"{EXAMPLE_KEY}.txt", tmp_path / "my documents")

    done = validate(tmp_path, descriptor=str(example), documents="my documents")
    absent = validate(tmp_path, descriptor=str(example), documents="nowhere")

    assert "span-text" not in done.stdout
    assert done.stderr == ""
    assert (absent.returncode, absent.stderr) == (2, "factpack: nowhere: no such folder of documents\n")


@pytest.mark.parametrize(
    "name", ["-x.json", "$(touch pwned) '\"; touch pwned; #*.json"], ids=["option", "code"]
)
def test_the_name_of_a_descriptor_is_no_code(name: str, make_package: MakePackage) -> None:
    descriptor = make_package(t=("n\n1\n", NUMBERS))
    descriptor.rename(descriptor.parent / name)

    done = validate(descriptor.parent, descriptor=name, rules="$(touch${IFS}pwned) *")

    assert not (descriptor.parent / "pwned").exists()
    assert done.returncode == 2
    assert "the rules in '$(touch${IFS}pwned)' cannot be imported" in done.stderr
    assert validate(descriptor.parent, descriptor=name).returncode == 0


def test_a_report_that_cannot_be_written_fails(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\n", NUMBERS)).parent

    done = validate(folder, sarif="nowhere/found.sarif")

    assert done.returncode != 0
    assert "nowhere: no such folder" in done.stderr


def test_the_action_installs_factpack_from_its_own_checkout(tmp_path: Path) -> None:
    python = tmp_path / "python"
    calls = tmp_path / "calls"
    stub = f'#!/usr/bin/env bash\nprintf "%s\\n" "$@" >> "{calls}"\n'
    make_venv = 'mkdir -p "$3/bin" && cp "$(dirname "$0")/pip" "$3/bin/pip"\n'
    for file, code in {python: stub + make_venv, tmp_path / "pip": stub}.items():
        file.write_text(code, encoding="utf-8")
        file.chmod(0o755)

    done = bash(
        script("Install factpack"),
        tmp_path,
        PYTHON=str(python),
        RUNNER_TEMP=str(tmp_path / "runner temp"),
        GITHUB_ACTION_PATH="/the/action",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert calls.read_text(encoding="utf-8").splitlines() == [
        *("-m", "venv", str(tmp_path / "runner temp" / "factpack")),
        *("install", "--quiet", "/the/action[html]"),
    ]


# The hook


def test_the_hook_is_for_the_files_of_packages() -> None:
    (hook,) = loaded(".pre-commit-hooks.yaml")
    is_for = re.compile(hook["files"]).search

    assert all(map(is_for, ["datapackage.json", "data/events.csv", "a/b.tsv"]))
    assert not any(map(is_for, ["a.py", "csv", "a.csv.md", "json.txt"]))
    assert hook["files"] == yaml.safe_load(HOOKS[1])["repos"][0]["hooks"][0]["files"]


def test_the_hook_stops_a_commit_of_a_package_that_is_invalid(make_package: MakePackage) -> None:
    folder = make_package(t=("n\n1\n", NUMBERS)).parent
    (folder / ".pre-commit-config.yaml").write_text(HOOKS[1], encoding="utf-8")
    home = {"PRE_COMMIT_HOME": str(folder / ".cache"), "GIT_CONFIG_GLOBAL": os.devnull}
    assert run("git", "init", "-q", cwd=folder, **home).returncode == 0

    def staged(text: str) -> subprocess.CompletedProcess[str]:
        (folder / "t.csv").write_text(text, encoding="utf-8")
        run("git", "add", "t.csv", cwd=folder, **home)
        return run("pre-commit", "run", cwd=folder, **home)

    passed, failed = staged("n\n2\n"), staged("n\ntwo\n")

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert failed.returncode == 1
    assert "t.csv:2: error type: row 2, column n, value 'two'" in failed.stdout


def test_the_documentation_names_the_hook_that_there_is() -> None:
    (hook,) = loaded(".pre-commit-hooks.yaml")
    named = [part["id"] for code in HOOKS for repo in yaml.safe_load(code)["repos"] for part in repo["hooks"]]

    assert named == [hook["id"], hook["id"]]
    assert hook["entry"] == yaml.safe_load(HOOKS[1])["repos"][0]["hooks"][0]["entry"]

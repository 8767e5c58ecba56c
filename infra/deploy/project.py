"""A Chalice project's files: the template in git, the kept CDK outputs, and what follows of them.

`python -m infra.deploy.project` writes `.chalice/config.json` and the policies of every stage.
Account ids are in the outputs alone, so `.chalice/stages` and all that is generated stay out of
git. A stage without stacks is written as the template has it: its functions then refuse to start,
naming the first variable that they miss.
"""

import copy
import json
import sys
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.settings.publisher import MODEL_ID
from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.function_kinds import Function
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import Resources
from infra.declared.stages import LOCAL, LOCAL_ACCOUNT, STAGES, Stage
from infra.declared.variables import MissingOutput, output, predict_outputs, stage_variables
from infra.deploy.config import (
    ROOT,
    Document,
    function_settings,
    policy_file,
)
from infra.deploy.policies import Place, policy, resource_arns


@dataclass(frozen=True)
class Project:
    """One Chalice project: `root` holds `app.py` and `.chalice`; its `functions` are a table's."""

    root: Path = ROOT
    functions: tuple[Function, ...] = FUNCTIONS

    @property
    def folder(self) -> Path:
        """Chalice's folder."""
        return self.root / ".chalice"

    @property
    def app_name(self) -> str:
        """The name that all of the project's functions begin with."""
        return str(self._template()["app_name"])

    def architecture(self, stage: str) -> str:
        """The processors that a stage's functions run on, in Lambda's word."""
        return str(self._template()["stages"][stage].get("lambda_architecture", "x86_64"))

    def keep(
        self,
        stage: Stage,
        place: Place,
        outputs: Mapping[str, str],
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """Remember outputs of a stage beside those from before, and what it was told.

        Outputs of another account or region are forgotten: the stage has moved. None for
        `variables` keeps those from before.
        """
        before = self._kept(stage.name)
        known = before["outputs"] if before.get("place") == vars(place) else {}
        after = {
            "place": vars(place),
            "cors_origin": stage.cors_origin,
            "variables": self.variables(stage.name) if variables is None else dict(variables),
            "outputs": {**known, **outputs},
        }
        _write(self.outputs_path(stage.name), after)

    def drop_outputs(self, stage: Stage, names: Container[str]) -> None:
        """Forget outputs of a stack that is no more."""
        kept = self._kept(stage.name)
        outputs = {name: kept["outputs"][name] for name in kept["outputs"] if name not in names}
        _write(self.outputs_path(stage.name), {**kept, "outputs": outputs})

    def outputs(self, stage: str) -> dict[str, str]:
        """The outputs as they were kept; none before the stacks were deployed."""
        return dict(self._kept(stage).get("outputs", {}))

    def variables(self, stage: str) -> dict[str, str]:
        """What the stage was told at its last deployment, by variable."""
        return dict(self._kept(stage).get("variables", {}))

    def place(self, stage: str) -> Place | None:
        """Where the stage was deployed; None before."""
        kept = self._kept(stage)
        return Place(**kept["place"]) if kept else None

    def template_variables(self, stage: str) -> dict[str, str]:
        """The variables of a stage that are in git."""
        return dict(self._template()["stages"][stage]["environment_variables"])

    def _kept(self, stage: str) -> Document:
        file = self.outputs_path(stage)
        return _read(file) if file.exists() else {}

    def forget(self, stage: Stage) -> None:
        """Take the stage's values out of the configuration again."""
        for path in (self.outputs_path(stage.name), self.deployed_path(stage.name)):
            path.unlink(missing_ok=True)
        for function in self.functions:
            (self.folder / policy_file(stage.name, function.chalice_name)).unlink(missing_ok=True)
        self.generate()

    def generate(self, needed: str | None = None) -> list[Path]:
        """Write the configuration of every stage; returns the files it is made of.

        A stage whose stacks are not all there stays as the template has it; for the stage
        `needed` that raises MissingOutput.
        """
        document = self._template()
        files = [self.folder / "config.json"]
        for name, settings in document["stages"].items():
            try:
                files += self._complete(STAGES[name], settings)
            except MissingOutput:
                if name == needed:
                    raise
        _write(files[0], document)
        return files

    def read_deployed(self, stage: str) -> dict[str, Document]:
        """What `chalice deploy` made of a stage, by Chalice's resource names."""
        path = self.deployed_path(stage)
        found = _read(path)["resources"] if path.exists() else []
        return {resource["name"]: resource for resource in found}

    def deployed_path(self, stage: str) -> Path:
        """Chalice's own file of what it made of a stage."""
        return self.folder / "deployed" / f"{stage}.json"

    def _complete(self, stage: Stage, settings: Document) -> list[Path]:
        """Fill in the settings of a stage that has its stacks, and write its policies."""
        if stage.name == LOCAL.name:
            settings["environment_variables"] |= local_variables()
            return []
        if not self.outputs_path(stage.name).exists():
            raise MissingOutput(f"stage {stage.name} has no stacks yet: run make deploy")
        kept = _read(self.outputs_path(stage.name))
        place, outputs = Place(**kept["place"]), kept["outputs"]
        declared = stage.resources(place.account)
        origin = kept["cors_origin"] or output(outputs, "ConsoleUrl").rstrip("/")
        variables = _build_variables(declared, place, outputs)
        settings["environment_variables"] |= variables | {"CORS_ORIGIN": origin}
        settings["lambda_functions"] = {
            function.chalice_name: function_settings(function, stage.name)
            for function in self.functions
        }
        arns = resource_arns(declared, place, outputs)
        model_id = read_model(settings["environment_variables"])
        return [self._policy(function, stage, place, arns, model_id) for function in self.functions]

    def _policy(
        self,
        function: Function,
        stage: Stage,
        place: Place,
        arns: Mapping[str, str],
        model_id: str,
    ) -> Path:
        path = self.folder / policy_file(stage.name, function.chalice_name)
        name = function.name(f"{self.app_name}-{stage.name}")
        _write(path, policy(function, name=name, place=place, arns=arns, model_id=model_id))
        return path

    def _template(self) -> Document:
        return copy.deepcopy(_read(self.folder / "config.template.json"))

    def outputs_path(self, stage: str) -> Path:
        """Where the outputs of a stage are kept between the steps."""
        return self.folder / "stages" / f"{stage}.json"


def local_variables() -> dict[str, str]:
    """The variables of stage `local` before it runs; `make run` sets those that it provisioned."""
    declared = LOCAL.resources(LOCAL_ACCOUNT)
    place = Place(LOCAL_ACCOUNT, LOCAL.region)
    outputs = predict_outputs(declared, account=place.account, region=place.region)
    pool_arn = place.arn("cognito-idp", f"userpool/{place.region}_{LOCAL.name}")
    return stage_variables(declared, outputs, user_pool_arn=pool_arn) | {
        "CORS_ORIGIN": str(LOCAL.cors_origin)
    }


def _read(path: Path) -> Document:
    document: Document = json.loads(path.read_text())
    return document


def _write(path: Path, document: Document) -> None:
    """Write a file whole or not at all; an unchanged one is left alone."""
    text = json.dumps(document, indent=2) + "\n"
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(text)
    draft.replace(path)


if __name__ == "__main__":
    for path in Project().generate():
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def _build_variables(
    declared: Resources, place: Place, outputs: Mapping[str, str]
) -> dict[str, str]:
    """Raises MissingOutput."""
    output(outputs, TENANT_READER_OUTPUT)
    pool_arn = place.arn("cognito-idp", f"userpool/{output(outputs, 'UserPoolId')}")
    return stage_variables(declared, outputs, user_pool_arn=pool_arn)


def read_model(variables: Mapping[str, str]) -> str:
    """The id of the language model of a stage, empty if it uses none."""
    if variables.get("USE_AI_AGENT") != "true":
        return ""
    return variables.get("BEDROCK_MODEL_ID") or MODEL_ID

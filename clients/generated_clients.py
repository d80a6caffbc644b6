"""Lint of the OpenAPI documents, clients generated from them, and the Postman collection."""

import os
import shutil

from commands import CLIENTS, GENERATED, JAVA, JAVAC, NODE, OPENAPI, PYTHON, ROOT, TOOLS, run

NAMES = ("partner", "user", "control")


def lint(_url: str) -> str:
    documents = [f"{name}.json" for name in NAMES]
    spectral = ("lint", "--ruleset", "spectral.yaml", "--fail-severity", "hint", "--quiet")
    run(NODE / "spectral", *spectral, *documents, folder=OPENAPI)
    redocly = ("lint", "--config", "redocly.yaml", "--format", "stylish", *documents)
    run(NODE / "redocly", *redocly, folder=OPENAPI)
    return f"spectral and redocly report no errors in {', '.join(documents)}"


def python(url: str) -> str:
    for name in NAMES:
        run(
            PYTHON / "openapi-python-client", "generate", "--meta", "none", "--overwrite",
            "--path", OPENAPI / f"{name}.json",
            "--output-path", GENERATED / "python" / f"{name}_api",
        )  # fmt: skip
    return run(PYTHON / "python", CLIENTS / "python" / "stories.py", url)


def typescript(url: str) -> str:
    home = GENERATED / "typescript"
    home.mkdir(parents=True)
    for name in NAMES:
        # Members with a default are optional in requests.
        types = ("--default-non-nullable=false", "-o", home / f"{name}.ts")
        run(NODE / "openapi-typescript", OPENAPI / f"{name}.json", *types)
    shutil.copy(CLIENTS / "typescript" / "stories.ts", home)
    (home / "package.json").write_text('{"type": "module"}', "utf-8")
    options = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck")
    run(NODE / "tsc", *options, "stories.ts", folder=home)
    return run("node", "stories.js", url, folder=home)


def java(url: str) -> str:
    # The jar of the generator contains the libraries that the generated code needs.
    jar = next(TOOLS.glob("python/lib/*/site-packages/openapi_generator_cli/*.jar"))
    home = GENERATED / "java"
    for name in NAMES:
        packages = [f"{part}Package=mockapi.{name}{suffix}" for part, suffix in _PACKAGES.items()]
        run(
            *JAVA, "-jar", jar, "generate", "--generator-name", "java", "--library", "native",
            "--input-spec", OPENAPI / f"{name}.json", "--output", home,
            "--global-property", "apis,models,supportingFiles,apiTests=false,modelTests=false",
            "--additional-properties", ",".join([*packages, "openApiNullable=false"]),
        )  # fmt: skip
    sources = [*home.glob("src/main/java/**/*.java"), *(CLIENTS / "java").rglob("*.java")]
    run(*JAVAC, "-nowarn", "-d", home / "classes", "-cp", jar, *sources)
    return run(*JAVA, "-cp", f"{jar}{os.pathsep}{home / 'classes'}", "Stories", url)


_PACKAGES = {"invoker": "", "api": ".api", "model": ".model"}


def postman(url: str) -> str:
    collection = ROOT / "docs" / "postman" / "mockapi.postman_collection.json"
    options = ("--env-var", f"baseUrl={url}", "--reporter-cli-no-banner", "--color", "off")
    output = run(NODE / "newman", "run", collection, *options, "--bail")
    return "\n".join(
        " ".join(line.replace("│", " ").split())
        for line in output.splitlines()
        if line.startswith("│") and ("requests" in line or "assertions" in line)
    )

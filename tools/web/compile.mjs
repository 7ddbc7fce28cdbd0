// Compiles Python under the very Pyodide that will run it: `node compile.mjs PYODIDE_FOLDER IN.zip OUT.zip`.
// Every .py of IN.zip becomes a .pyc beside where it stood, everything else stays; the same input gives the same bytes.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [folder, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")).href);
const pyodide = await loadPyodide({ indexURL: folder + "/" });
pyodide.FS.writeFile("/in.zip", readFileSync(source));
pyodide.runPython(`
import importlib.util, io, sys, zipfile
from _frozen_importlib_external import _code_to_hash_pyc

OWN = ("mobile_app/", "shared/")

def compiled(name, source):
    # Own code keeps its asserts; packages lose theirs and their docstrings, which are a third of them.
    code = compile(source, name, "exec", dont_inherit=True, optimize=0 if name.startswith(OWN) else 2)
    return bytes(_code_to_hash_pyc(code, importlib.util.source_hash(source), False))

def entry(name):
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    return info

with zipfile.ZipFile("/in.zip") as given, zipfile.ZipFile("/out.zip", "w", zipfile.ZIP_STORED) as out:
    for name in sorted(given.namelist()):
        data = given.read(name)
        if name.endswith(".py"):
            name, data = name + "c", compiled(name, data)
        out.writestr(entry(name), data)
`);
writeFileSync(target, pyodide.FS.readFile("/out.zip"));

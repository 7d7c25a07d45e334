#!/bin/sh
# @huggingface/jinja 0.5.11 (npm) renders valid chat templates to other prompts than Jinja, without an error
#
# Behaviour seen, beside Jinja 3.1.2 in the environment of the Python library `transformers`:
#  1. A variable that a turn of a `for` loop sets keeps its value in the next turn. In Jinja each turn begins with the
#     values from before the loop. A template that sets a prefix only for some messages repeats it for the others:
#     [][two][two] instead of [][two][].
#  2. strip, lstrip and rstrip take no notice of their argument and remove all white space. Templates of reasoning models
#     remove only line ends, lstrip('\n'), so an answer that begins with indented code loses its indentation.
#  3. `{{ flag }}` of a test or comparison gives "true", Jinja gives "True"; a list or mapping is written as JSON
#     where Jinja writes Python's form.
# The prompt, and with it the loss and the answers, then depend on the language that the template is rendered in.
#
# Needs node and npm; compares with python3-jinja2 where it is installed. Fails when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @huggingface/jinja@0.5.11

cat >cases.json <<'END'
[["{% for n in [1, 2, 3] %}{% if n == 2 %}{% set t = 'two' %}{% endif %}[{{ t }}]{% endfor %}", {}],
 ["{{ text.lstrip('\\n') }}|", {"text": "\n    return 1"}],
 ["{{ text.strip('\\n') }}|", {"text": "\n  a  \n"}],
 ["{{ n is defined }} {{ [n, 'a'] }}", {"n": 1}]]
END
cat >render.mjs <<'END'
import { readFileSync } from "node:fs";
import { Template } from "@huggingface/jinja";
for (const [template, values] of JSON.parse(readFileSync("cases.json", "utf8")))
  console.log(JSON.stringify(new Template(template).render(values)));
END
cat >render.py <<'END'
import json
from jinja2.sandbox import ImmutableSandboxedEnvironment
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
for template, values in json.load(open("cases.json")):
    print(json.dumps(environment.from_string(template).render(values)))
END
cat >seen <<'END'
"[][two][two]"
"return 1|"
"a|"
"true [1, \"a\"]"
END
cat >jinja <<'END'
"[][two][]"
"    return 1|"
"  a  |"
"True [1, 'a']"
END
node render.mjs | tee javascript
cmp seen javascript
if python3 -c 'import jinja2' 2>/dev/null; then
    python3 render.py | tee python
    cmp jinja python
fi
echo "As seen: all four prompts differ from Jinja's."

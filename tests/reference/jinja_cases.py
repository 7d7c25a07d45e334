#!/usr/bin/env python3
"""Templates, what they are given, and what Jinja itself makes of them, one JSON object a line.

    jinja_cases.py SEED COUNT

prints every template written out below and COUNT made at random, as
{"template", "context", "text"} or, where Jinja raises, {"template", "context", "error"}.
The environment is the one that transformers renders chat templates in. Needs python3-jinja2.
"""
import json
import random
import sys

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(Extension):
    """{% generation %}: the body as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return nodes.Scope(body).set_lineno(line)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    return env


CONTEXT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": " What's it? "}]},
        {"role": "assistant", "content": "It's a <ball>.\nRed \"one\" & 'two'"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"b": 1, "a": [1.5, None, True], "ü": "日本🙂"}}}],
    "none": None, "yes": True, "no": False, "one": 1, "seven": 7, "minus": -3, "half": 0.5, "big": 12345678901.25,
    "tiny": 1e-7, "huge": 1e22, "zero": 0, "word": "hello World", "empty": "", "spaced": "  a b\t c \n",
    "lines": "one\n\ntwo\r\nthree", "straße": "Straße ΣΑΣ", "numbers": [3, 1, 2], "mixed": [1, "a", None, 2.5, True],
    "names": ["bob", "Ann", "ann", "Zoe"], "nested": [[1, 2], [3], []], "nothing": [], "map": {"x": 1, "y": {"z": [1, 2]}},
    "void": {}, "tree": [{"n": "a", "sub": [{"n": "b", "sub": [{"n": "ü", "sub": []}]}, {"n": "c", "sub": []}]}, {"n": "d", "sub": []}], "people": [{"n": "A", "age": 3}, {"n": "b", "age": 1}, {"n": "A", "age": 2}, {"n": "c"}],
}

WRITTEN = r"""
{{ one + seven * 2 - 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % -3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ -2 ** 2 }}
{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 1e3 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1.5e-3 }} {{ 1E5 }}
{{ huge }} {{ tiny }} {{ big }} {{ half }} {{ 1.0 }} {{ 1e16 }} {{ 123456789012345680.0 }} {{ 0.1 + 0.2 }} {{ 1e100 }} {{ 100000.0 * 10 }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ true + true }} {{ true and 5 }} {{ 0 or "x" }} {{ not 0 }} {{ not none }} {{ none }} {{ True }} {{ None is none }}
{{ "a" ~ 1 ~ none ~ true ~ 1.5 ~ [1, "x"] }} {{ "a" + 'b' }} {{ "a" "b" 'c' }} {{ "ab" * 3 }} {{ 2 * [1] }}
{{ "a" + 1 }}
{{ none + "x" }}
{{ undefinedthing }}|{{ undefinedthing is defined }}|{{ undefinedthing is undefined }}|{{ undefinedthing ~ "x" }}|{{ undefinedthing == none }}
{{ undefinedthing.x }}
{{ undefinedthing["x"] }}
{{ undefinedthing + 1 }}
{{ undefinedthing() }}
{{ undefinedthing < 1 }}
{{ undefinedthing | length }} {{ undefinedthing | list }} {{ undefinedthing | join("x") }} {{ undefinedthing | upper }} {{ "x" in undefinedthing }}
{{ map.x }} {{ map["x"] }} {{ map.nope }} {{ map["nope"] }} {{ map.y.z[1] }} {{ map.y.z[-1] }} {{ map.y.z[5] }} {{ map.nope is defined }}
{{ map.nope.deeper }}
{{ map.items() | list }} {{ map.keys() | list }} {{ map.values() | list }} {{ map.get("x") }} {{ map.get("q") }} {{ map.get("q", 7) }}
{{ void.items is defined }}{{ map["items"] is callable }}{{ map.items is callable }}
{{ word.upper() }} {{ word.title() }} {{ word.capitalize() }} {{ word.split() }} {{ word.split("o") }} {{ word.split("o", 1) }} {{ word.rsplit("o", 1) }}
{{ spaced.strip() }}|{{ spaced.lstrip() }}|{{ spaced.rstrip() }}|{{ "xxaxx".strip("x") }}|{{ "xyaxy".lstrip("yx") }}|{{ spaced.split() }}|{{ spaced.split(None, 1) }}|{{ spaced.rsplit(none, 1) }}
{{ "a,b,,c".split(",") }} {{ "".split(",") }} {{ "".split() }} {{ "abc".split("") }}
{{ word.startswith("he") }} {{ word.endswith(("x", "ld")) }} {{ word.startswith("l", 2) }} {{ word.find("o") }} {{ word.rfind("o") }} {{ word.find("q") }} {{ word.count("l") }} {{ word.index("W") }}
{{ word.index("q") }}
{{ word.replace("l", "L") }} {{ word.replace("l", "L", 1) }} {{ "aaa".replace("", "-") }} {{ word | replace("o", 0) }}
{{ "-".join(["a", "b"]) }} {{ "-".join([1]) }}
{{ lines.splitlines() }} {{ "a\n".splitlines() }} {{ lines | indent }} {{ lines | indent(2, true) }} {{ lines | indent("> ", first=true, blank=true) }}
{{ "abc".center(8) }}|{{ "abc".ljust(5, ".") }}|{{ "abc".rjust(6) }}|{{ "-7".zfill(4) }}|{{ "ab".center(5, "*") }}|{{ "abc" | center(10) }}
{{ "a-b-c".partition("-") }} {{ "a-b-c".rpartition("-") }} {{ "abc".partition("x") }} {{ "prefix-x".removeprefix("prefix-") }} {{ "x.txt".removesuffix(".txt") }}
{{ "12".isdigit() }} {{ "a1".isalnum() }} {{ "ab".isalpha() }} {{ "".isdigit() }} {{ " ".isspace() }} {{ "ab".islower() }} {{ "AB".isupper() }} {{ "1".islower() }} {{ "Ab".swapcase() }}
{{ straße.upper() }} {{ straße.lower() }} {{ straße | length }} {{ straße[3] }} {{ straße[::-1] }} {{ "ßx".capitalize() }} {{ "ÉTÉ été".title() }} {{ "ǆ".capitalize() }}
{{ word[0] }} {{ word[-1] }} {{ word[1:4] }} {{ word[:-2] }} {{ word[::2] }} {{ word[::-1] }} {{ word[100:] }} {{ word[-3:] }} {{ word[50] }}x {{ numbers[1:] }} {{ numbers[::-1] }} {{ numbers[:1] + [9] }}
{{ numbers[::0] }}
{{ (1, 2) }} {{ (1,) }} {{ () }} {{ 1, 2 }} {{ (1, 2)[0] }} {{ [1, 2][1] }} {{ {"a": 1, 2: "b"} }} {{ {"a": 1}["a"] }} {{ {} }} {{ [[], {}, ()] }}
{{ ["it's", 'say "x"', "both ' and \"", "tab\t", "nl\n", "\\", "é", "\x07", "🙂"] }}
{{ 1 == 1.0 }} {{ true == 1 }} {{ "a" == 'a' }} {{ [1, 2] == [1, 2] }} {{ (1,) == [1] }} {{ {"a": 1} == {"a": 1.0} }} {{ 1 != "1" }} {{ none == false }} {{ "a" < "b" }} {{ [1, 2] < [1, 3] }} {{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }}
{{ 1 < "a" }}
{{ none < 1 }}
{{ 1 in [1, 2] }} {{ "x" in map }} {{ "ell" in word }} {{ 3 not in [1] }} {{ not 3 in [1] }} {{ "a" in "b" }}
{{ 1 in word }}
{{ 1 in 5 }}
{{ "yes" if yes else "no" }} {{ "yes" if no else "no" }} {{ "x" if no }}| {{ 1 if no else 2 if no else 3 }} {{ (1 if yes) + 1 }}
{{ ("x" if no) is defined }} {{ ("x" if no) ~ "!" }}
{{ numbers | sort }} {{ numbers | sort(reverse=true) }} {{ names | sort }} {{ names | sort(case_sensitive=true) }} {{ people | sort(attribute="n") | map(attribute="n") | list }}
{{ people | map(attribute="age") | list }} {{ people | map(attribute="age", default=0) | list }} {{ names | map("upper") | join(" ") }} {{ names | map("replace", "n", "N") | list }}
{{ people | selectattr("age") | map(attribute="n") | join }} {{ people | selectattr("age", "defined") | list | length }} {{ people | rejectattr("n", "equalto", "A") | list }} {{ people | selectattr("age", ">", 1) | list }}
{{ people | selectattr("age", "defined") | selectattr("age", "ge", 2) | map(attribute="age") | sum }}
{{ mixed | select("string") | list }} {{ mixed | reject("none") | list }} {{ numbers | select("odd") | list }} {{ numbers | select(">", 1) | list }} {{ mixed | select | list }}
{{ numbers | sum }} {{ numbers | max }} {{ numbers | min }} {{ names | max }} {{ people[:3] | sum(attribute="age") }} {{ people[:3] | sum("age", 10) }} {{ nothing | max }}x {{ nothing | sum }}
{{ numbers | first }} {{ numbers | last }} {{ nothing | first }}x {{ word | first }} {{ word | last }} {{ nothing | last }}y
{{ names | unique | list }} {{ names | join(", ") }} {{ people | join("-", attribute="n") }} {{ mixed | join("/") }} {{ names | reverse | list }} {{ word | reverse }}
{{ word | length }} {{ map | length }} {{ mixed | count }} {{ map | list }} {{ word[:3] | list }}
{{ 5 | length }}
{{ none | length }}
{{ 5 | list }}
{{ word | default("d") }} {{ nope | default("d") }} {{ empty | default("d") }} {{ empty | default("d", true) }} {{ nope | d }}x {{ none | d("e", boolean=true) }} {{ map.q | default([1]) }}
{{ "  x " | trim }}| {{ "xxaxx" | trim("x") }} {{ none | trim }} {{ 5 | string }} {{ word | title }} {{ "they're bill's (friends) 3rd-class" | title }} {{ word | capitalize }}
{{ "3" | int + 1 }} {{ "3.7" | int }} {{ "x" | int }} {{ "x" | int(9) }} {{ "0x1A" | int(0, 16) }} {{ 3.9 | int }} {{ "2.5" | float }} {{ "x" | float }} {{ true | int }} {{ none | int }} {{ "1e3" | float }} {{ " 7 " | int }}
{{ 3.14159 | round(2) }} {{ 2.5 | round }} {{ 3.5 | round }} {{ 2.675 | round(2) }} {{ 7 | round }} {{ 3.2 | round(method="ceil") }} {{ 3.8 | round(0, "floor") }} {{ 1234 | round(-2) }} {{ -3 | abs }} {{ 2.5 | abs }}
{{ "<a href='x'>\"&" | e }} {{ "<b>" | escape }} {{ "<b>" | safe }}
{{ "%s is %d and %.2f, %r %5d|%-5d|%05d|%x" | format("x", 3, 2.5, "q", 42, 42, 42, 255) }} {{ "%(a)s" | format(a=1) }} {{ "%s-%s" % (1, 2) }} {{ "%d%%" % 5 }} {{ "%s" % "x" }} {{ "%s" % [1, 2] }}
{{ "%s %s" % "x" }}
{{ "%d" % "x" }}
{{ "x" % 5 }}
{{ "{} {}".format(1, "a") }} {{ "{1} {0}".format(1, 2) }} {{ "{a}".format(a=3) }} {{ "{{}}".format() }}
{{ "{}".format() }}
{{ word | truncate(8) }} {{ word | truncate(5, true) }} {{ word | truncate(9, true, "", 0) }} {{ word | wordcount }} {{ "a b-c d_e" | wordcount }}
{{ numbers | batch(2) | list }} {{ numbers | batch(2, 0) | list }} {{ range(7) | slice(3) | list }} {{ range(7) | slice(3, "x") | list }}
{{ people[:3] | groupby("n") | list }} {{ map | dictsort }} {{ {"b": 1, "A": 2} | dictsort }} {{ {"b": 1, "A": 2} | dictsort(by="value", reverse=true) }} {{ map | items | list }}
{{ tools | tojson }}
{{ tools | tojson(indent=2) }} {{ [] | tojson(indent=2) }} {{ {"a": []} | tojson(indent=4) }}
{{ {"b": 1, "a": [1, 2.0, none, true, "q\"\\\n\t\u00e9/"]} | tojson }} {{ {"b": 1, "a": 2} | tojson(sort_keys=true) }} {{ [1, 2] | tojson(separators=(",", ":")) }} {{ {1: 2, none: 3, true: 4} | tojson }}
{{ nope | tojson }}
{{ (1, [2]) | tojson }} {{ "x" | tojson }} {{ 1e22 | tojson }} {{ "\x7f\x01" | tojson }}
{{ 5 is number }} {{ true is number }} {{ "x" is string }} {{ map is mapping }} {{ numbers is sequence }} {{ word is sequence }} {{ numbers is iterable }} {{ 5 is iterable }} {{ true is boolean }} {{ 1 is integer }} {{ true is integer }} {{ 1.0 is float }} {{ yes is true }} {{ 1 is true }} {{ no is false }} {{ none is none }} {{ map is sequence }} {{ nope is sequence }} {{ nope is iterable }}
{{ 4 is even }} {{ 4 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(4) }} {{ 1 is eq 1 }} {{ 1 is ne(2) }} {{ 1 is lt 2 }} {{ 3 is gt(2) }} {{ 1 is in [1] }} {{ "a" is lower }} {{ "A" is upper }} {{ none is sameas none }} {{ 1 is sameas true }} {{ range is callable }} {{ 5 is not string }} {{ 5 is not none and 5 is number }} {{ "upper" is filter }} {{ "even" is test }}
{{ word is startingwith("h") }}
{{ word | nofilter }}
{{ range(5) | list }} {{ range(2, 5) | list }} {{ range(5, 0, -2) | list }} {{ range(3)[1] }} {{ dict(a=1, b=2) }} {{ dict([("x", 1)]) }}
{{ range(200000) | list | length }}
{{ namespace(a=1).a }} {{ namespace({"q": 2}).q }}
{% set x = 5 %}{{ x }}{% set x = x + 1 %}{{ x }}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set (c, d) = [3, 4] %}{{ c }}{{ d }}
{% set a, b = [1] %}
{% set x %}some {{ word }} {% endset %}[{{ x }}]{% set y | upper | trim %} q {% endset %}[{{ y }}]
{% set x = 1 %}{% for i in numbers %}{% set x = x + i %}{{ x }} {% endfor %}{{ x }}
{% set ns = namespace(x=1, l=[]) %}{% for i in numbers %}{% set ns.x = ns.x + i %}{% set ns.l = ns.l + [i] %}{% endfor %}{{ ns.x }} {{ ns.l }} {{ ns.nope is defined }}
{% set q = 1 %}{% set q.x = 2 %}
{% set map.x = 2 %}
{% for m in messages %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }}{{ m.role }};{% endfor %}
{% for m in messages %}{{ loop.previtem.role if not loop.first }}<{{ m.role }}>{{ loop.nextitem.role if not loop.last }}{{ loop.cycle("a", "b") }}{{ loop.changed(m.role) }} {% endfor %}
{% for i in nothing %}x{% else %}none{% endfor %} {% for i in numbers %}{{ i }}{% else %}none{% endfor %}
{% for i in numbers if i > 1 %}{{ loop.index }}:{{ i }}/{{ loop.length }} {% else %}no{% endfor %} {% for i in numbers if i > 9 %}x{% else %}no{% endfor %}
{% for a, b in [(1, 2), (3, 4)] %}{{ a }}{{ b }} {% endfor %}{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}{% for k in map %}{{ k }}{% endfor %}{% for c in "añb" %}{{ c }}.{% endfor %}
{% for a, b in [1, 2] %}{% endfor %}
{% for i in 5 %}{% endfor %}
{% for i in none %}{% endfor %}
{% for i in nope %}x{% endfor %}ok
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %}
{% for i in numbers %}{% for j in numbers %}{{ loop.index }}{% if j == 1 %}{% break %}{% endif %}{% endfor %}|{{ loop.index }} {% endfor %}
{% for t in nested recursive %}[{{ loop(t) if t is iterable else t }}@{{ loop.depth }}]{% endfor %}
{% for i in [1] %}{% set w = 9 %}{% endfor %}{{ w is defined }} {% if yes %}{% set w2 = 9 %}{% endif %}{{ w2 }}
{% if no %}a{% elif zero %}b{% elif one %}c{% else %}d{% endif %}{% if nope %}x{% else %}y{% endif %}{% if not nope and one %}z{% endif %}
{% macro f(a, b=2, c=none) %}{{ a }}-{{ b }}-{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }} {{ f(1, c=5) }} {{ f() }} {{ f(b=1, a=0) | upper }} {{ f.name }}
{% macro f(a) %}x{% endmacro %}{{ f(1, 2) }}
{% macro f(a) %}x{% endmacro %}{{ f(q=2) }}
{% macro f(a, a2=a) %}{{ a2 }}{% endmacro %}{{ f(4) }}
{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, q=3) }}
{% macro f(x) %}<{{ caller() }}|{{ caller() }}>{{ x }}{% endmacro %}{% call f(5) %}in {{ word }}{% endcall %}
{% macro f() %}{% for i in numbers %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(n) f() %}({{ n * 2 }}){% endcall %}
{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}
{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}
{% macro fact(n) %}{% if n <= 1 %}1{% else %}{{ n * (fact(n - 1) | int) }}{% endif %}{% endmacro %}{{ fact(10) }}
{% macro f() %}{{ later }}{% endmacro %}{% set later = 3 %}{{ f() }}
{% macro f(x) %}{% set x = x + 1 %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f(x) }}{{ x }}
{% macro parts(c) -%}{% if c is string %}{{ c }}{% else %}{% for p in c %}{{ p.text or '<img>' }}{% endfor %}{% endif %}{%- endmacro %}{% for m in messages %}{{ parts(m.content) }}#{% endfor %}
{% filter upper %}abc {{ word }}{% endfilter %} {% filter replace("a", "b") | trim %} aXa {% endfilter %}
{% with a = 1, b = 2 %}{{ a + b }}{% set c = 3 %}{% endwith %}{{ a is defined }}{{ c is defined }}
{% with %}{% set a = 2 %}{{ a }}{% endwith %}{% with a = word %}{% with b = a | upper %}{{ b }}{% endwith %}{% endwith %}
{% generation %}text {{ word }}{% endgeneration %}!
{% raw %}{{ not }} {% this %}{% endraw %}{{ one }} {%- raw -%}  x  {%- endraw -%}  y
{# comment {{ x }} #}a{#- b -#} c {# d #}
{{ raise_exception("no: " ~ word) }}
{% if messages[0].role == "user" %}{{ raise_exception("x") }}{% endif %}fine
{{ cycler("a", "b").next() }}{% set c = cycler(1, 2) %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set j = joiner("|") %}{{ j() }}a{{ j() }}b{{ j() }}
{{ numbers.append(4) }}
{{ map.update({"q": 1}) }}
{{ numbers.index(2) }} {{ numbers.count(1) }} {{ [1, 1, 2].count(1) }} {{ numbers.index(9) }}
{{ word.__class__ }}x{{ map.__class__ is defined }}
{{ word.__class__.__mro__ }}
{{ "a" if "</think>" in messages[2].content else "b" }} {{ messages[2].content.split("ball")[-1].lstrip(">.\n") }} {{ messages[-1]["content"].split("\n")[0] }}
{{ messages[1:] | length }} {{ messages[0]["role"] }} {{ messages | map(attribute="role") | join(",") }} {{ messages | selectattr("role", "equalto", "user") | list | length }} {{ (messages | last).role }}
{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}odd{% else %}even{% endif %} {% endfor %}
{{ messages[1].content | selectattr("type", "equalto", "text") | map(attribute="text") | join | trim }} {{ messages[1].content[0].type }} {{ "image" in messages[1].content[0] }} {{ "text" in messages[1].content[0] }}
{% set image_count = namespace(value=0) %}{% for m in messages %}{% if m.content is not string %}{% for c in m.content %}{% if c.type == 'image' or 'image' in c or 'image_url' in c %}{% set image_count.value = image_count.value + 1 %}Picture {{ image_count.value }}: <|image_pad|>{% elif 'text' in c %}{{ c.text }}{% endif %}{% endfor %}{% else %}{{ m.content }}{% endif %}{% endfor %}
{{ one.nope }}x{{ word.nope }}y{{ numbers.nope }}z{{ 5.5.nope }}
{{ mixed }} {{ people }} {{ messages }} {{ nested }}
{{ [1, 2, 3,] }} {{ {"a": 1,} }} {{ f is defined }} {{ (1) }} {{ ((1, 2), 3) }}
{{ one.__add__ is defined }} {{ -one }} {{ +one }} {{ - - one }} {{ -numbers[0] | abs }} {{ -3 | abs }} {{ (-3) ** 2 }}
{{ 'a' ~ 'b' * 2 }} {{ 1 + 2 ~ 3 }} {{ 1 ~ 2 + 3 }} {{ 2 * 3 ~ 4 }} {{ not 1 == 2 }} {{ 1 if 2 == 2 and not no else 3 }} {{ 2 ** 3 ** 2 }}
{{ "\n" | length }} {{ '\'' }} {{ "\u00e9\x41\101" }} {{ "\q" }} {{ "a\
b" }}
{{ {"a": {"b": {}}} }} {{ {'a': {}}['a'] }} {{ {"k": [{"x": 1}]}.k[0].x }}
{{ numbers | sort | reverse | list | join }} {{ "b,a" .split(",") | sort | join(";") }} {{ ("a", "b") | join }} {{ word | map("upper") | join }}
{{ 10 | string | length }} {{ (1.0 | string) ~ (2 | float) }} {{ [1, 2] | string }} {{ "5" * 2 }} {{ "5" | int * 2 }}
{{ numbers | map("string") | join("+") }} {{ nested | map("length") | list }} {{ nested | map("first") | list }} {{ nested | sum(start=[]) }}
{% set it = numbers | map("string") %}{{ it | join }}{{ it | join }}{{ "yes" if (nothing | map("string")) else "no" }}
{{ people | map(attribute="n") | unique | sort | join }} {{ people | sort(attribute="n,age") | list | length }}
{{ people[:3] | sort(attribute="n,age") | map(attribute="age") | list }} {{ people[:3] | max(attribute="age") }} {{ nested | map(attribute="0") | list }}
{{ attr is defined }} {{ map | attr("x") is defined }} {{ word | attr("upper") is callable }}
{{ loop is defined }}{% for i in [1] %}{{ loop is defined }}{% endfor %}
{{ 1.5 | tojson }} {{ none | tojson }} {{ true | tojson }} {{ word | tojson | length }}
{% set message = messages[1] %}{% set content = message.content %}{% if content is iterable and content is not string and content is not mapping %}list{% endif %}
{% if tools is not none and tools %}{{ tools[0]['function'] | tojson(indent=4) }}{% endif %}
{% for tool in tools %}{{- '\n' }}{{- tool | tojson }}{% endfor %}{{- "\n</tools>" }}
{{- "x" -}}   {{- "y" }}   {{ "z" -}}
{% if yes -%}  a  {%- endif %}  b  {%+ if yes %}c{% endif +%}
{{ names | join(d="-") }} {{ nope | default(default_value="q") }} {{ word | replace(old="l", new="1", count=1) }}
{{ numbers is sequence and numbers is not string }} {{ 1 is not defined }} {{ [] is defined }} {{ not nope is defined }}
{{ nope | default("x") | upper }} {{ (nope | default({})).x is defined }} {{ word | upper | lower | title }}
{{ dict(**map) }} {{ dict(a=1, **{"b": 2}) }} {{ range(*[1, 4]) | list }}
{{ x if x is defined else "unset" }} {{ x | default(y | default("z")) }} {{ map.x is number and map.x > 0 }}
{{ {"a": 1, "a": 2} }} {{ {1: "x", true: "y"} }} {{ {(1, 2): 3}[(1, 2)] }} {{ {[1]: 2} }}
{{ [3, 1] + [2] | sort }} {{ ([3, 1] + [2]) | sort }} {{ "a" < "B" }} {{ [] or {} or () or "end" }} {{ [1] and {} }}
{{ numbers | first + 1 }} {{ word | length > 3 }} {{ word | length is odd }} {{ "a" in "abc" and "d" not in "abc" }}
{{
{% if %}x{% endif %}
{% for %}{% endfor %}
{% endif %}
{{ 1 + }}
{{ (1 }}
{{ 'abc }}
{% set 5 = 1 %}
{% unknown %}
{% if yes %}
{{ a b }}
{# open
{% macro %}{% endmacro %}
{{ "x" | }}
{{ 1 is }}
{{ 1. }}
{{ x[ }}
{% break %}
{% include "x" %}
{{ [1, 2 }}
{{ {1 2} }}
{% for true in x %}{% endfor %}
{{ f(a=1, 2) }}
{{ $ }}
"""

SPACING = [
    "a\n  {% if yes %}\n  b\n  {% endif %}\n  c\n",
    "a\n  {%- if yes -%}\n  b\n  {%- endif -%}\n  c\n",
    "  {% if yes %}  x{% endif %}\n\n{% if yes %}\n\ny{% endif %}\n",
    "{% for i in numbers %}\n  {{ i }}\n{% endfor %}\n",
    "{% for i in numbers -%}\n  {{ i }}\n{%- endfor %}\n",
    "  {# c #}  \n x {# d #}\n  y\n",
    "  {#- c -#}  \n x\n",
    "x {%+ if yes %} y\n  {%+ endif %}\n z",
    "x\n  {% if yes +%}\n y {% endif %}\n",
    "x\n\t{% set a = 1 %}\n\t{{ a }}\n",
    "{{ word }}\n\n",
    "{{ word -}} \n\n x",
    "x \n {{- word }}",
    "\n\n{% if yes %}\n{% endif %}\n",
    "a\r\nb{% if yes %}\r\nc{% endif %}\rd\r\n",
    "{%if yes%}x{%endif%}{{word}}{{-word-}} ",
    "{% raw %}\n  {{ x }}\n{% endraw %}\n  z",
    "x\n   {% raw %}  {{ x }}  {%- endraw %}\n  z",
    "  {{ word }}  {% if yes %}  {{ word }}  {% endif %}  ",
    "{% if yes %}a{% endif %}   {% if yes %}b{% endif %}\n   {% if yes %}c{% endif %}   \n",
    "{{ {'a': {'b': 1}}.a.b }}{{ {'a': {'b': 1}} }}{{ {}}}",
    "{% set x = {'a': {'b': '%}'}} %}{{ x }}",
    "{{ '}}' }}{{ \"{{\" }}{{ '{% x %}' }}",
    "{% generation %}\n x\n{% endgeneration %}\n",
    "{% macro f(a) %}\n  {{ a }}\n{% endmacro %}\n[{{ f(1) }}]\n",
    "{% set x %}\n  a\n{% endset %}\n[{{ x }}]",
    "a{% if yes %}\n\n\nb{% endif %}",
    "日本 {% if yes %} 語\n{% endif %} 🙂\n",
    "{", "}", "{ {", "%}", "#}", "{ % x %}", "", "\n", "\n\n", "{{''}}", "a{", "{{ '{' }}{",
]


class Maker:
    """Templates at random, mostly valid, of what chat templates use."""

    def __init__(self, rng):
        self.rng = rng
        # Jinja computes parts of a constant while it reads the template, and forgives there what it does not later.
        self.names = [n for n in CONTEXT if n.isascii() and n != "none"] + ["nope"]

    def pick(self, *options):
        return self.rng.choice(options)

    def literal(self):
        return self.pick("1", "0", "3", "-2", "2.5", "true", "none", "'a'", "'b c'", "\"x\\n\"", "''", "[]", "[1, 2]",
                         "['a', 'b']", "{'a': 1}", "(1, 2)", "{}", "false", "7", "' pad '")

    def expression(self, depth):
        if depth <= 0:
            return self.pick(self.literal(), self.rng.choice(self.names), self.rng.choice(self.names))
        e = lambda: self.expression(depth - 1 - self.rng.randrange(2))
        kind = self.rng.randrange(18)
        if kind >= 14:
            return self.rarer_expression(kind, e)
        if kind == 0:
            return f"{e()} {self.pick('+', '-', '*', '//', '%', '/', '~', '~', '~')} {e()}"
        if kind == 1:
            return f"({e()} {self.pick('==', '!=', '<', '>', '<=', 'in', 'not in')} {e()})"
        if kind == 2:
            return f"({e()} {self.pick('and', 'or')} {e()})"
        if kind == 3:
            return f"(not {e()})"
        if kind == 4:
            return f"({e()} if {e()} else {e()})"
        if kind == 5:
            return f"{self.rng.choice(self.names + ['u', 'v'])}{self.pick('[0]', '[-1]', '[1:]', '[:2]', '[::-1]', '.x', '.role', '[0].role', '.y.z')}"
        if kind in (6, 7, 8):
            return "(" + e() + ") | " + self.pick(
                "upper", "lower", "trim", "length", "list", "first", "last", "join", "join(', ')", "string", "int", "default('d')",
                "default('d', true)", "tojson", "sort", "unique | list", "reverse | list", "capitalize", "title", "abs", "float",
                "map('string') | list", "select('string') | list", "reject('none') | list", "map('upper') | join('-')", "sum", "max",
                "min", "replace('a', 'b')", "selectattr('role') | list | length", "map(attribute='role') | list", "batch(2) | list",
                "indent(2)", "wordcount", "round", "dictsort", "items | list", "center(9)", "truncate(6)", "e")
        if kind == 9:
            test = self.pick("defined", "undefined", "none", "string", "number", "mapping", "sequence", "iterable", "boolean", "true",
                             "false", "integer", "float", "odd", "even", "in([1, 'a'])", "eq(1)", "divisibleby(2)", "lower", "upper")
            return f"({e()} is {self.pick('', 'not ')}{test})"
        if kind == 10:
            return f"({e()}).{self.pick('strip()', 'upper()', 'split()', 'title()', 'startswith(' + repr('a') + ')', 'items()', 'keys() | list', 'get(' + repr('x') + ')', 'replace(' + repr('a') + ', ' + repr('b') + ')', 'lstrip(' + repr(' a') + ')', 'split(' + repr('a') + ')[-1]', 'count(' + repr('a') + ')', 'capitalize()')}"
        if kind == 11:
            return f"[{e()}, {e()}]"
        if kind == 12:
            return "{'k': " + e() + ", 'l': " + e() + "}"
        return f"range({self.rng.randrange(5)}) | list"

    def rarer_expression(self, kind, e):
        """Slices with steps, filters with arguments by name, tests with arguments, methods; of fitting things mostly."""
        number = lambda: self.pick("", "0", "1", "2", "-1", "-2", "5")
        text = lambda: self.pick("word", "spaced", "lines", "empty", "'a b'", "'üß'", f"({e()} | string)")
        items = lambda: self.pick("numbers", "names", "nested", "range(5)", "nothing", "numbers", "names", e())
        if kind == 14:
            return f"{self.pick('word', 'numbers', 'names', 'mixed', 'spaced', 'nested')}[{number()}:{number()}:{self.pick('', '1', '2', '-1', '-2', '3')}]"
        if kind == 15:
            group = self.rng.randrange(5)
            if group == 0:
                return f"({text()}) | " + self.pick(
                    "indent(width=3, first=true)", "indent(width='> ', blank=true)", "truncate(length=5, end='~', leeway=0)",
                    "truncate(5, true, '..', 0)", "replace(old='a', new='b')", "replace('o', '0', 1)", "replace('o', '0', count=1)",
                    "int(default=5)", "int('7', 16)", "float(default=1.5)", "center(width=11)", "trim('h d')", "trim(chars='h')",
                    "length", "list | join(d='.')", "escape")
            if group == 1:
                return f"({items()}) | " + self.pick(
                    "join(d='-')", "sort(reverse=true)", "sort(case_sensitive=true)", "unique(case_sensitive=true) | list",
                    "batch(linecount=3, fill_with='x') | list", "slice(2, fill_with=0) | list", "select('in', [1, 'ann']) | list",
                    "reject('in', ['a', 1]) | list", "map('default', 'q') | list", "map('string') | map('replace', 'a', 'b') | list",
                    "max(case_sensitive=true)", "min", "first", "last")
            if group == 2:
                return "people | " + self.pick(
                    "join(attribute='n', d='/')", "sort(attribute='n')", "groupby('n') | map(attribute='grouper') | list",
                    "groupby(attribute='age', default=0) | list | length", "map(attribute='age', default=0) | list",
                    "selectattr('n', 'eq', 'A') | list", "rejectattr('age') | list", "selectattr('age', 'defined') | sum(attribute='age', start=2)",
                    "selectattr('age', 'defined') | min(attribute='age')", "map(attribute='n') | unique | list")
            if group == 3:
                return f"({self.pick('map', 'tools', 'people', 'tree', 'map', e())}) | " + self.pick(
                    "tojson(indent=2)", "tojson(ensure_ascii=true)", "tojson(sort_keys=true)", "tojson(separators=(',', ':'))",
                    "tojson(indent=1, ensure_ascii=true, sort_keys=true)", "default(value='z', boolean=true)", "default(default_value='z')",
                    "string | length", "attr('x')")
            return self.pick("map | dictsort(by='value')", "void | dictsort(reverse=true)", "{'b': 1, 'A': 2} | dictsort(true)", "map | items | list",
                             "half | round(precision=1)", "2.567 | round(1, 'floor')", "seven | round(method='ceil')", "'%s and %d' | format('a', 1)",
                             "numbers | sum(start=1)", "minus | abs", "big | int")
        if kind == 16:
            tested = self.pick("numbers | first", "seven", "half", "minus", "word", "none", e())
            return f"(({tested}) is {self.pick('', 'not ')}" + self.pick(
                "eq 1", "ne(2)", "sameas none", "sameas(true)", "in(names)", "callable", "escaped", "equalto('a')", "in [1, 7]",
                "lt(3)" if tested != "word" else "string", "ge 1" if tested != "word" else "lower", "defined", "divisibleby 3" if tested == "seven" else "float",
                "greaterthan 2" if tested == "minus" else "mapping") + ")"
        return f"({text()})." + self.pick(
            "endswith('d')", "find('l')", "rfind('l')", "isdigit()", "isalpha()", "isupper()", "islower()", "isspace()", "istitle()", "isalnum()",
            "swapcase()", "casefold()", "zfill(6)", "ljust(7, '.')", "rjust(7)", "center(9, '*')", "partition(' ')", "rpartition(' ')", "rsplit(' ', 1)",
            "split('o', 1)", "splitlines()", "splitlines(true)", "expandtabs(4)", "removeprefix('h')", "removesuffix('d')", "join(['a', 'b'])", "rstrip('d ')",
            "replace('l', 'L', 1)", "startswith(('h', 'a'))", "find('o', 5)", "count('l')", "index('a')", "title()", "upper().lower()")

    def rarer_statement(self, kind, e, b):
        if kind == 10:
            return (self.tag("for i in tree recursive") + self.pick("", "{{ loop.depth }}", "{{ loop.depth0 }}{{ loop.index }}") + "{{ i.n }}"
                    + self.tag("if i.sub") + "({{ loop(i.sub) }})" + self.tag("endif") + self.pick("", b()) + self.tag("endfor"))
        if kind == 11:
            name = "c" + str(self.rng.randrange(2))
            said = self.pick("{{ caller() }}", "{{ caller() }}", "[{{ caller() }}]", "{{ caller() | upper }}", "{{ caller(i) }}")
            return (self.tag(f"macro {name}(i)") + said + self.pick("", b()) + self.tag("endmacro")
                    + self.tag(f"call{self.pick('', '(k=3)', '(k=none)')} {name}({e()})") + b() + self.pick("", "{{ k }}") + self.tag("endcall"))
        if kind == 12:
            return (self.tag(f"set w | {self.pick('upper', 'trim', 'replace(' + repr('a') + ', ' + repr('b') + ')', 'indent(width=2)')}")
                    + b() + self.tag("endset") + "{{ w }}")
        if kind == 13:
            return (self.tag(f"for i in {self.pick('people', 'mixed', 'names', 'numbers', 'nested')}")
                    + self.pick("{{ loop.changed(i) }}", "{{ loop.cycle('a', 'b', 3) }}", "{{ loop.previtem }}", "{{ loop.nextitem }}",
                                "{{ loop.revindex }}{{ loop.revindex0 }}", "{{ loop.length }}{{ loop.first }}",
                                "{{ loop.previtem is defined and loop.previtem == i }}", "{{ loop.changed(i.n) }}") + b() + self.tag("endfor"))
        if kind == 14:
            return self.tag(f"filter {self.pick('upper', 'trim', 'indent(2, true)', 'replace(' + repr('l') + ', ' + repr('1') + ')')}") + b() + self.tag("endfilter")
        if kind == 15:
            return self.tag(f"with u = {e()}, z = {e()}") + b() + "{{ z }}" + self.tag("endwith")
        if kind == 16:
            return self.tag(f"set {self.pick('u, v = [1, 2]', 'u, v = names[:2]')}") + "{{ u }}{{ v }}"
        return (self.tag("macro p(i, j=2)") + "{{ i }}{{ j }}" + self.pick("{{ varargs }}", "{{ kwargs }}", "{{ p.name }}", "{{ p.arguments }}", "{{ caller is defined }}")
                + self.tag("endmacro") + "{{ " + self.pick(f"p({e()})", f"p(j={e()}, i=1)", "p()", f"p(*[1, {e()}])", "p(**{'i': 4})") + " }}")

    def space(self):
        return self.pick("", "", "", " ", "\n", "  \n", "\n  ", " x ", "y\n", "\n\n")

    def tag(self, inside):
        return "{%" + self.pick("", "", "", "-", "+") + " " + inside + " " + self.pick("", "", "", "-", "+") + "%}"

    def body(self, depth):
        return "".join(self.space() + self.statement(depth) for _ in range(self.rng.randrange(1, 4))) + self.space()

    def statement(self, depth):
        e = lambda: self.expression(self.rng.randrange(3))
        kind = self.rng.randrange(18 if depth > 0 else 4)
        if kind >= 10:
            return self.rarer_statement(kind, e, lambda: self.body(depth - 1))
        if kind < 3:
            return "{{" + self.pick("", "", "-") + " " + e() + " " + self.pick("", "", "-") + "}}"
        if kind == 3:
            return self.tag(f"set {self.pick('u', 'v')} = {e()}")
        b = lambda: self.body(depth - 1)
        if kind == 4:
            return self.tag(f"if {e()}") + b() + (self.tag("else") + b() if self.rng.random() < 0.5 else "") + self.tag("endif")
        if kind in (5, 6):
            over = self.pick("numbers", "names", "messages", "mixed", "range(3)", "nothing", "map.items()", "people", e())
            jump = self.tag("if loop.index > 2") + self.tag(self.pick("break", "continue")) + self.tag("endif") if self.rng.random() < 0.3 else ""
            return (self.tag(f"for i in {over}{self.pick('', '', ' if i')}") + jump
                    + self.pick("", "{{ loop.index }}", "{{ loop.last }}", "{{ i }}") + b()
                    + (self.tag("else") + b() if self.rng.random() < 0.3 else "") + self.tag("endfor"))
        if kind == 7:
            return self.tag("set w") + b() + self.tag("endset") + "{{ w | " + self.pick("trim", "length", "upper") + " }}"
        if kind == 8:
            name = "m" + str(self.rng.randrange(3))
            return self.tag(f"macro {name}(i, j={e()})") + b() + self.tag("endmacro") + "{{ " + f"{name}({e()})" + " }}"
        return (self.tag(f"set ns = namespace(v={e()})") + self.tag("for i in numbers") + self.tag("set ns.v = [ns.v, i]")
                + self.tag("endfor") + "{{ ns.v }}")


def outcome(env, template, context):
    case = {"template": template, "context": context}
    try:
        case["text"] = env.from_string(template).render(**context)
    except Exception as error:  # whatever Python raises
        case["error"] = f"{type(error).__name__}: {error}"
    return case


def says_addresses(case):
    text = case.get("text", "")
    return any(mark in text for mark in ("<generator", "object at 0x", "<built-in", "dict_items", "<function", "dict_keys",
                                         "<Macro", "reverseiterator", "Markup(", "MARKUP(", "dict_values", "<bound method", "range(", "<class"))


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    env = environment()
    written = WRITTEN.strip("\n").replace("\\\nb\" }}", "\\\x00b\" }}").split("\n")
    for template in [w.replace("\x00", "\n") for w in written] + SPACING:
        print(json.dumps(outcome(env, template, CONTEXT)))
    rng = random.Random(seed)
    made = 0
    while made < count:
        case = outcome(env, Maker(rng).body(2), CONTEXT)
        if not says_addresses(case):
            print(json.dumps(case))
            made += 1


if __name__ == "__main__":
    main()

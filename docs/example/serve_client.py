"""A client of `espalier-cli serve` (docs/serve.md) without dependencies: serve_client.py MODEL CALIBRATION PAIRS"""
import json, subprocess, sys

server = subprocess.Popen(["espalier-cli", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
ids = iter(range(1, 1 << 30))

def read():
    length = 0
    for line in iter(server.stdout.readline, b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(server.stdout.read(length))

def ask(method, on_item=lambda item: None, **params):
    id = next(ids)
    content = json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
    server.stdin.flush()
    while (message := read()).get("id") != id:
        if message["method"] == "$/item":
            on_item(message["params"]["value"])
    if "error" in message:
        sys.exit(message["error"]["message"])
    return message["result"]

print("server", ask("initialize", protocol=1)["version"])
model = ask("openModel", path=sys.argv[1])["model"]
calibration, pairs = (ask("openData", model=model, path=path)["data"] for path in sys.argv[2:4])
scores = ask("score", model=model, calibration=calibration, options={"method": "magnitude"})["scores"]
plan = ask("allocate", scores=scores, target=0.5)["plan"]
answers = []
result = ask("setPlan", answers.append, number=1, model=model, plan=plan, calibration=calibration, pairs=pairs)
right = sum(pair["right"] for pair in result["evaluation"]["pairs"])
print("%.3f pruned, %d of %d right, %d answers came one by one"
      % (result["sparsity"], right, len(result["evaluation"]["pairs"]), len(answers)))

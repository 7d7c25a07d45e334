"""Drives packaging/python/espalier.py against the bundled sample. Run by tests/packaging/python_test.cpp."""

import json
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

import espalier

SOURCE = sys.argv.pop()
SAMPLE = os.path.join(SOURCE, "resources", "sample")
MODEL = os.path.join(SAMPLE, "model")


class ModuleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.told = []
        cls.scores = espalier.score(MODEL, data=os.path.join(SAMPLE, "calibration"), out=cls.at("scores.json"),
                                    samples=8, method="magnitude", on_progress=cls.told.append)
        cls.plan = espalier.allocate(cls.at("scores.json"), out=cls.at("plan.json"), target=0.5)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def at(cls, name):
        return os.path.join(cls.folder.name, name)

    def test_scores_are_a_table(self):
        self.assertIsInstance(self.scores, espalier.Scores)
        table = self.scores.table
        self.assertEqual(len(table), len(self.scores["matrices"]))
        self.assertEqual(sum(r["score"] for r in self.scores.blocks), sum(table.column("score")))
        self.assertIn("matrix", table.to_csv().splitlines()[0])
        vision = table.where(component="vision")
        self.assertTrue(0 < len(vision) < len(table))
        by_score = table.sorted("score", descending=True).column("score")
        self.assertEqual(by_score, sorted(by_score, reverse=True))

    def test_plan_meets_its_target(self):
        self.assertAlmostEqual(self.plan.sparsity, 0.5, places=4)
        self.assertEqual(self.plan["target"], 0.5)

    def test_charts_are_svg(self):
        for document in (self.scores, self.plan):
            root = xml.fromstring(document.svg())
            bars = [e for e in root.iter("{http://www.w3.org/2000/svg}rect")]
            groups = len(self.plan["groups"])
            self.assertEqual(len(bars), groups + 1)  # and the background
            self.assertEqual(document._repr_html_(), document.svg())

    def test_saves_what_it_does_not_know(self):
        self.plan.data["ours"] = {"kept": True}
        self.plan.save(self.at("again.json"))
        again = espalier.read(self.at("again.json"))
        self.assertEqual(again.data, self.plan.data)
        self.assertEqual(os.listdir(self.folder.name).count("again.json"), 1)

    def test_evaluation_and_progress(self):
        told = []
        result = espalier.evaluate(MODEL, data=os.path.join(SAMPLE, "pairs"), out=self.at("answers.json"),
                                   on_progress=told.append)
        self.assertEqual(len(result.table), len(result["pairs"]))
        right = sum(1 for p in result["pairs"] if p["right"])
        self.assertEqual(result.accuracy["accuracy"], right / len(result["pairs"]))
        self.assertTrue(result.accuracy["low"] < result.accuracy["accuracy"] < result.accuracy["high"])
        self.assertTrue(told)
        self.assertEqual(told[-1]["done"], told[-1]["total"])
        self.assertTrue(all(t["stage"] for t in told))

    def test_explains(self):
        said = espalier.explain(MODEL, data=os.path.join(SAMPLE, "pairs"), pair=1, on_progress=None)
        self.assertTrue(said["tokens"])
        token = said["tokens"][0]
        total = (sum(token["attention"]["values"]) + sum(w["value"] for w in token["attentionWords"])
                 + token["elsewhere"])
        self.assertAlmostEqual(total, 1, places=4)

    def test_errors_are_the_commands_own(self):
        with self.assertRaises(espalier.EspalierError) as failed:
            espalier.run("info", self.at("nothing"))
        self.assertEqual(failed.exception.status, 1)
        self.assertIn("nothing", str(failed.exception))
        self.assertFalse(str(failed.exception).startswith("espalier-cli"))
        with self.assertRaises(espalier.EspalierError) as usage:
            espalier.run("prune")
        self.assertEqual(usage.exception.status, 2)

    def test_refuses_other_files(self):
        for name, text, word in (("a.json", "{", "JSON"), ("b.json", "[]", "format"),
                                 ("c.json", json.dumps({"format": "espalier/plan", "version": 99}), "99")):
            with open(self.at(name), "w", encoding="utf-8") as file:
                file.write(text)
            with self.assertRaises(espalier.EspalierError) as refused:
                espalier.read(self.at(name))
            self.assertIn(word, str(refused.exception))
            self.assertIn(name, str(refused.exception))

    def test_project_of_steps(self):
        groups = [{"name": n, "parameters": 10, "sparsity": 0.5, "pinned": False, "matrices": [n]} for n in "ab"]
        plan = {"target": 0.5, "cap": 0.6, "groups": groups}
        project = espalier.Project({"steps": [
            {"text": "open", "plan": plan},
            {"text": "set", "change": {"target": 0.4, "sparsity": [0.6, 0.2], "pinned": [0]}},
            {"text": "undone", "change": {"sparsity": [0, 0], "pinned": []}}], "current": 1,
            "saved_plans": [{"name": "kept", "plan": plan}]})
        self.assertEqual([g["sparsity"] for g in project.plan["groups"]], [0.6, 0.2])
        self.assertEqual([g["pinned"] for g in project.plan["groups"]], [True, False])
        self.assertEqual(project.plan["target"], 0.4)
        self.assertAlmostEqual(project.plan.sparsity, 0.4)
        self.assertEqual(project.table.column("name"), ["kept"])
        self.assertEqual(project.history[0], "open")

    def test_command_line(self):
        self.assertEqual(espalier.command_line("prune", "m", prune_samples=64, restart=True, plan=None),
                         ["prune", "m", "--prune-samples", "64", "--restart"])
        self.assertEqual(espalier.command_line("study", targets=[0.5, 0.6]), ["study", "--targets", "0.5,0.6"])

    def test_wilson(self):
        interval = espalier._wilson(8, 10)
        self.assertAlmostEqual(interval["low"], 0.4901625, places=6)
        self.assertAlmostEqual(interval["high"], 0.9433178, places=6)


if __name__ == "__main__":
    unittest.main(verbosity=0)

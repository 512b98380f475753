"""What docs/operations.md tells Prometheus and nginx holds together: alarms read what is there, and get to it."""

import re
from typing import Any

import pytest
import yaml
from django.test import Client

from tests.deployment.promql import Selector, Wrong, selectors
from tools.steps import ROOT

TOKEN = "0123456789abcdef" * 2
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
(SCRAPING, ALARMS) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
(NGINX,) = re.findall(r"```nginx\n(.*?)```", GUIDE, re.DOTALL)
(SCRAPED,) = SCRAPING["scrape_configs"]
RULES = {rule["alert"]: rule for group in ALARMS["groups"] for rule in group["rules"]}
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$", re.MULTILINE)
OF_PROMETHEUS = Selector("up", {"job": ("=", SCRAPED["job_name"])})


def told(client: Client, settings: Any) -> list[tuple[str, dict[str, str]]]:
    """Name and labels of every line."""
    settings.METRICS_TOKEN = TOKEN
    client.get("/sign-in/")  # a page, for the times of pages
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    return [(name, dict(re.findall(r'(\w+)="(.*?)"', labels))) for name, labels in SAMPLE.findall(text)]


def reads(selector: Selector, labels: dict[str, str]) -> bool:
    return all(name in labels and fits(labels[name], *asked) for name, asked in selector.labels.items())


def fits(value: str, sign: str, wanted: str) -> bool:
    same = re.fullmatch(wanted, value) is not None if "~" in sign else value == wanted
    return same != sign.startswith("!")


def test_every_alarm_reads_what_is_told(client: Client, settings: Any, db: None) -> None:
    lines = told(client, settings)
    for alarm, rule in RULES.items():
        for selector in selectors(rule["expr"]):
            there = any(name == selector.metric and reads(selector, labels) for name, labels in lines)
            assert there or selector == OF_PROMETHEUS, (alarm, selector)


def test_every_alarm_says_what_is_the_matter_and_waits_for_a_time() -> None:
    for alarm, rule in RULES.items():
        assert rule.keys() <= {"alert", "expr", "for", "annotations"}, alarm
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "0m")), alarm
        assert len(rule["annotations"]["summary"]) > 20, alarm


def test_every_queue_and_the_web_itself_have_an_alarm(settings: Any) -> None:
    read = [selector for rule in RULES.values() for selector in selectors(rule["expr"])]
    queues = {found.labels["queue"][1] for found in read if found.metric == "crm_beat_age_seconds"}
    assert queues == set(settings.QUEUES)
    assert OF_PROMETHEUS in read


def test_every_metric_of_ours_is_explained(client: Client, settings: Any, db: None) -> None:
    ours = {name for name, _ in told(client, settings) if name.startswith("crm_")}
    rows = [line for line in GUIDE.splitlines() if line.startswith("|")]
    assert ours == {name for row in rows for name in re.findall(r"`(crm_\w+)", row)}


WRONG = [
    "up ==",
    "up{job=x}",
    "rate(up)",
    "up[5m] > 1",
    "sum by le (up)",
    "increase(up[five]) > 0",
    "gone(up)",
    "up) > 1",
]


@pytest.mark.parametrize("text", WRONG)
def test_an_alarm_that_prometheus_could_not_read_would_be_noticed(text: str) -> None:
    with pytest.raises((Wrong, TypeError)):
        selectors(text)


def test_prometheus_gets_to_the_numbers_through_nginx() -> None:
    """By the name and scheme that nginx serves, from an address that it lets in."""
    server = NGINX[NGINX.index("listen 443 ssl") :]
    (host,) = re.findall(r"server_name (\S+);", server)
    assert (SCRAPED["scheme"], SCRAPED["static_configs"]) == ("https", [{"targets": [host]}])
    assert "credentials_file" in SCRAPED["authorization"]
    ((places, rights),) = re.findall(r"location ~ \^/\((\S+)\)\$ \{(.*?)\}", server, re.DOTALL)
    assert places.split("|") == ["metrics", "readyz"]
    allowed = re.findall(r"allow (\S+);", rights)
    assert allowed[0] == "127.0.0.1"
    assert len(allowed) == 2
    assert rights.index("deny all") < rights.index("proxy_pass")

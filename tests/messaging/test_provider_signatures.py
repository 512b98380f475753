"""Signatures, beside the worked examples of the providers' own pages."""

import hashlib
from datetime import UTC, datetime

import pytest

from messaging.services.gateways.aliyun import signing as aliyun
from messaging.services.gateways.tencent import signing as tencent
from messaging.services.gateways.wechat.events import signature

EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("date", "nonce", "expected"),
    [
        # help.aliyun.com, "V3版本请求体&签名机制", 固定参数示例
        (
            "2023-10-26T10:22:32Z",
            "3156853299f313e23d1673dc12e1703d",
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
        # the same page as it was in 2024
        (
            "2023-10-26T09:01:01Z",
            "d410180a5abf7fe235dd9b74aca91fc0",
            "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
        ),
    ],
)
def test_aliyun(date: str, nonce: str, expected: str) -> None:
    query = aliyun.canonical_query(
        {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
    )
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2014-05-26",
    }
    keys = {"key_id": "YourAccessKeyId", "key_secret": "YourAccessKeySecret"}
    said = aliyun.authorization(**keys, method="POST", path="/", query=query, headers=headers, body=b"")
    assert said == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
        f"x-acs-signature-nonce;x-acs-version,Signature={expected}"
    )


@pytest.mark.parametrize(
    ("values", "query"),
    [
        ({"b": "2", "a": "1"}, "a=1&b=2"),
        ({"a": "x y+z*~"}, "a=x%20y%2Bz%2A~"),
        ({"a": "医院/"}, "a=%E5%8C%BB%E9%99%A2%2F"),
        ({"a": ""}, "a="),
        ({}, ""),
    ],
)
def test_aliyun_query(values: dict[str, str], query: str) -> None:
    assert aliyun.canonical_query(values) == query


def test_tencent() -> None:
    """tencentcloud.com, "Signature v3": DescribeInstances of 2019."""
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    said = tencent.authorization(
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        key="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        headers={"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"},
        body=body,
        at=datetime.fromtimestamp(1551113065, UTC),
        service="cvm",
    )
    assert said == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


@pytest.mark.parametrize(
    ("timestamp", "nonce", "expected"),
    [
        # developers.weixin.qq.com: "message-push" and "encryption", both with the token AAAAA
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
)
def test_wechat(timestamp: str, nonce: str, expected: str) -> None:
    assert signature("AAAAA", timestamp, nonce) == expected
